#!/bin/sh
# Compiles agent-reaper into one binary. Needs Node's npm and nothing else: the pinned tools come from npm.
set -eu

DENO=2.9.6
TARGETS="linux-x64 linux-arm64 linux-x64-musl linux-arm64-musl darwin-x64 darwin-arm64 windows-x64 windows-arm64"

usage() {
  cat <<END
Usage: ./compile.sh [--all | --target NAME | --library] [--out DIR]

Compiles agent-reaper for this machine: dist/agent-reaper (agent-reaper.exe on Windows).

  --all            all of the targets below, as DIR/agent-reaper-NAME (.exe on Windows),
                   and their checksums in DIR/SHA256SUMS
  --target NAME    only this one of them
  --library        the library for Node, as DIR/lib (Bun and Deno import mod.ts itself)
  --out DIR        write to DIR instead of dist
  --help           show this

Targets: linux-x64, linux-arm64              glibc 2.17 or later
         linux-x64-musl, linux-arm64-musl    musl, and libstdc++ (Alpine: apk add libstdc++)
         darwin-x64, darwin-arm64            macOS 13 or later
         windows-x64, windows-arm64          Windows 10 or later

The same sources and the same pinned tools give the same bytes, in whatever directory.
Needs npm (with Node.js) on the PATH. Bun and Deno are fetched from npm; the first --all
also fetches the runtimes of the other targets, 35 MB each, into Bun's cache.
END
}

refuse() {
  echo "compile.sh: $1" >&2
  echo "Try: ./compile.sh --help" >&2
  exit 2
}

all=
library=
chosen=
out=
while [ $# -gt 0 ]; do
  case $1 in
    --all) all=yes ;;
    --library) library=yes ;;
    --target)
      [ $# -ge 2 ] || refuse "--target needs a name"
      case " $TARGETS " in
        *" $2 "*) chosen="$chosen $2" ;;
        *) refuse "unknown target \"$2\"; there are: $TARGETS" ;;
      esac
      shift
      ;;
    --out)
      [ $# -ge 2 ] || refuse "--out needs a directory"
      out=$2
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) refuse "unknown argument \"$1\"" ;;
  esac
  shift
done

here=$(cd -P "$(dirname "$0")" && pwd -P)
out=${out:-$here/dist}
mkdir -p "$out"
out=$(cd -P "$out" && pwd -P)
cd "$here"

# Built beside its place and then moved there: nobody runs half a binary, and one that runs can be replaced.
building=$(mktemp -d "$out/.building.XXXXXX")
trap 'rm -rf "$building"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a command and shows what it said only when it fails.
quietly() {
  "$@" >"$building/log" 2>&1 || {
    code=$?
    cat "$building/log" >&2
    return "$code"
  }
}

fetch_tools() {
  command -v npx >/dev/null 2>&1 || {
    echo "compile.sh: npx is not on the PATH: install Node.js, which brings npm and npx" >&2
    exit 3
  }
  quietly npx --yes "deno@$DENO" install --frozen
}

# compile FILE [BUN-TARGET]
# The name is part of the bytes, so it is the final one from the start. With a thousandfold JIT threshold the program
# starts no compiler threads: it has to start where the limit of processes is exhausted. Split, a module is evaluated
# when it is imported; in one piece, what any backend imports would be loaded before the first line of main.ts. Each
# piece costs some of a sweep's time, so what is small goes with its neighbours. Nothing in the current directory may be
# loaded, hence the four --no-compile-autoload flags.
compile() {
  quietly sh tests/gate/bun.sh build src/main.ts --outfile "$building/$1" ${2:+"--target=$2"} \
    --compile --splitting --min-chunk-size=16384 --minify --bytecode --format=esm --compile-jit-policy=1000 \
    --no-compile-autoload-dotenv --no-compile-autoload-bunfig \
    --no-compile-autoload-tsconfig --no-compile-autoload-package-json
  case ${2:-bun-$(uname -s)-$(uname -m)} in
    bun-darwin-x64 | bun-Darwin-x86_64) quietly sh tests/gate/bun.sh tests/gate/sign-macho.ts "$building/$1" ;;
  esac
  mv -f "$building/$1" "$out/$1"
  echo "$out/$1"
}

# The file that a target's binary is called.
file_of() {
  case $1 in
    windows-*) echo "agent-reaper-$1.exe" ;;
    *) echo "agent-reaper-$1" ;;
  esac
}

# Bun has builds for x64 processors without AVX2 on Linux and Windows; they run on all.
runtime_of() {
  case $1 in
    linux-x64 | windows-x64) echo "bun-$1-baseline" ;;
    linux-x64-musl) echo "bun-linux-x64-musl-baseline" ;;
    *) echo "bun-$1" ;;
  esac
}

compile_targets() {
  for target in $1; do
    compile "$(file_of "$target")" "$(runtime_of "$target")"
  done
}

write_checksums() {
  (
    cd "$out"
    for target in $TARGETS; do
      file=$(file_of "$target")
      if command -v sha256sum >/dev/null 2>&1; then sha256sum "$file"; else shasum -a 256 "$file"; fi
    done
  ) >"$building/SHA256SUMS"
  mv -f "$building/SHA256SUMS" "$out/SHA256SUMS"
  echo "$out/SHA256SUMS"
}

fetch_tools
if [ -n "$library" ]; then
  quietly sh tests/gate/bun.sh tests/gate/library.ts "$out/lib"
  echo "$out/lib"
elif [ -n "$all" ]; then
  compile_targets "$TARGETS"
  write_checksums
elif [ -n "$chosen" ]; then
  compile_targets "$chosen"
else
  case $(uname -s) in
    MINGW* | MSYS* | CYGWIN*) compile agent-reaper.exe ;;
    *) compile agent-reaper ;;
  esac
fi
