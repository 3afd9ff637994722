#!/bin/sh
# Runs the Bun that `deno install` laid down, with the arguments given.
#
# node_modules/.bin/bun is a stub until bun's postinstall script has run, and we run no install scripts; the real
# programs are in packages of their own, one a platform.
set -eu

here=$(cd -P "$(dirname "$0")/../.." && pwd -P)
packages=$here/node_modules/.deno/node_modules/@oven
suffix=

case $(uname -m) in
  x86_64 | amd64) arch=x64 ;;
  aarch64 | arm64) arch=aarch64 ;;
  *) arch=$(uname -m) ;;
esac
case $(uname -s) in
  Linux) names="bun-linux-$arch bun-linux-$arch-musl" ;;
  Darwin) names=bun-darwin-$arch ;;
  MINGW* | MSYS* | CYGWIN*) names=bun-windows-$arch suffix=.exe ;;
  *) names= ;;
esac

# Deno lays down both the glibc and the musl build: the one that starts is ours.
for name in $names; do
  bun=$packages/$name/bin/bun$suffix
  if [ -x "$bun" ] && "$bun" --version >/dev/null 2>&1; then
    exec "$bun" "$@"
  fi
done

echo "No Bun for $(uname -s) $(uname -m) in $packages: run 'npx --yes deno@2.9.6 install --frozen' in $here" >&2
exit 1
