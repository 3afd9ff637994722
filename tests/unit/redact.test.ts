import { expect, test } from "bun:test";
import fc from "fast-check";
import { redactArguments, REDACTED, redactText, redactVariable } from "../../src/redact.ts";

const R = REDACTED;

test.each<[string[], string[]]>([
  [["tool", "--api-key=abc123"], ["tool", `--api-key=${R}`]],
  [["tool", "--token", "x"], ["tool", "--token", R]],
  [["tool", "-token", "x"], ["tool", "-token", R]],
  [["tool", "--apiKey", "v", "--other", "w"], ["tool", "--apiKey", R, "--other", "w"]],
  [["tool", "--password", "two words", "file"], ["tool", "--password", R, "file"]],
  [["env", "GITHUB_TOKEN=a b c", "tool"], ["env", `GITHUB_TOKEN=${R}`, "tool"]],
  [["docker", "run", "-e", "OPENAI_API_KEY=zz", "image"], ["docker", "run", "-e", `OPENAI_API_KEY=${R}`, "image"]],
  [["curl", "-H", "Authorization: Bearer abc.def"], ["curl", "-H", `Authorization: Bearer ${R}`]],
  [["curl", "-HAuthorization: Basic dXNlcjpwYXNz"], ["curl", `-HAuthorization: Basic ${R}`]],
  [["curl", "-H", "Authorization:", "Bearer", "abc"], ["curl", "-H", "Authorization:", "Bearer", R]],
  [["curl", "-H", "X-Api-Key: one two"], ["curl", "-H", `X-Api-Key: ${R}`]],
  [["curl", "-H", "Cookie: a=b; c=d e"], ["curl", "-H", `Cookie: ${R}`]],
  [["curl", "-u", "me:secret", "https://x"], ["curl", "-u", `me:${R}`, "https://x"]],
  [["mysql", "-phunter2", "db"], ["mysql", `-p${R}`, "db"]],
  [["curl", "-su", "me:secret", "https://x"], ["curl", "-su", `me:${R}`, "https://x"]],
  [["redis-cli", "-h", "db", "-a", "secret"], ["redis-cli", "-h", "db", "-a", R]],
  [["mongosh", "-u", "me", "-p", "secret"], ["mongosh", "-u", "me", "-p", R]],
  [["mongodump", "-phunter2", "db"], ["mongodump", `-p${R}`, "db"]],
  [["mcp-mssql", "Server=db;Uid=sa;Pwd=secret;"], ["mcp-mssql", `Server=db;Uid=sa;Pwd=${R}`]],
  [["sshpass", "-p", "secret", "ssh", "box"], ["sshpass", "-p", R, "ssh", "box"]],
  [["sh", "-c", "TOKEN=abc tool --max 5"], ["sh", "-c", `TOKEN=${R} tool --max 5`]],
  [["sh", "-c", 'tool --token "a b" next'], ["sh", "-c", `tool --token "${R}" next`]],
  [["sh", "-c", 'curl -H "Authorization: Bearer a b" https://x'], [
    "sh",
    "-c",
    `curl -H "Authorization: Bearer ${R}" https://x`,
  ]],
  [["claude", "--mcp-config", '{"env":{"API_KEY":"abc","PATH":"/bin"}}'], [
    "claude",
    "--mcp-config",
    `{"env":{"API_KEY":"${R}","PATH":"/bin"}}`,
  ]],
  [["codex", "-c", 'mcp_servers.x.env={ "API_KEY" = "abc", "A" = "b" }'], [
    "codex",
    "-c",
    `mcp_servers.x.env={ "API_KEY" = "${R}", "A" = "b" }`,
  ]],
  [["claude", "--mcp-config", '{"args":["-y","a-b","--api-key","abc","--max-tokens","5","--verbose"]}'], [
    "claude",
    "--mcp-config",
    `{"args":["-y","a-b","--api-key","${R}","--max-tokens","5","--verbose"]}`,
  ]],
  [["codex", "-c", "mcp_servers.x.args=['--token', 'a b', '--token', '--key-file', '/x']"], [
    "codex",
    "-c",
    `mcp_servers.x.args=['--token', '${R}', '--token', '--key-file', '/x']`,
  ]],
  [["x", '{\\"args\\":[\\"--token\\",\\"abc\\",\\"b\\"]}'], ["x", `{\\"args\\":[\\"--token\\",\\"${R}\\",\\"b\\"]}`]],
  [["x", '{\\"token\\":\\"a\\\\\\"b\\",\\"n\\":1}'], ["x", `{\\"token\\":\\"${R}\\",\\"n\\":1}`]],
  [["psql", "postgres://me:p@ss@host/db"], ["psql", `postgres://me:${R}@host/db`]],
  [["psql", "postgres://me:pa/ss@host/db"], ["psql", `postgres://me:${R}@host/db`]],
  [["git", "clone", "https://abcdef@github.com/o/r"], ["git", "clone", `https://${R}@github.com/o/r`]],
  [["node", "s.js", "https://h/mcp?api_key=abc&x=1"], ["node", "s.js", `https://h/mcp?api_key=${R}&x=1`]],
  [["tool.exe", "/password:abc"], ["tool.exe", `/password:${R}`]],
  [["tool", "--key", "abcdef"], ["tool", "--key", R]],
  [["tool", "--password", "12345"], ["tool", "--password", R]],
  [["env", "PGPASSWORD=12345", "psql"], ["env", `PGPASSWORD=${R}`, "psql"]],
  [["tool", "--tokens", "abc-def"], ["tool", "--tokens", R]],
  [["tool", "--passwords=hunter2"], ["tool", `--passwords=${R}`]],
  [["env", "GITHUBTOKEN=hunter2", "tool"], ["env", `GITHUBTOKEN=${R}`, "tool"]],
  [["env", "PASS=hunter2", "tool"], ["env", `PASS=${R}`, "tool"]],
  [["env", "MYSQL_PWD=hunter2", "tool"], ["env", `MYSQL_PWD=${R}`, "tool"]],
  [["tool", "--pwd", "hunter2"], ["tool", "--pwd", R]],
  [["tool", "https://h/cb?code=hunter2&x=1"], ["tool", `https://h/cb?code=${R}&x=1`]],
  [["tool", "https://h/cb?signature=hunter2"], ["tool", `https://h/cb?signature=${R}`]],
  [["tool", "https://h/cb?sig=hunter2#x"], ["tool", `https://h/cb?sig=${R}#x`]],
  [["sh", "-c", 'token="a b"cd next'], ["sh", "-c", `token=${R} next`]],
  [["sh", "-c", "token=x'a b'c next"], ["sh", "-c", `token=${R} next`]],
  [["sh", "-c", "token=[a b] next"], ["sh", "-c", `token=${R} next`]],
  [["sh", "-c", "sshpass -p hunter2 ssh box"], ["sh", "-c", `sshpass -p ${R} ssh box`]],
  [["sh", "-c", "curl -u me:hunter2 https://x"], ["sh", "-c", `curl -u me:${R} https://x`]],
  [["sh", "-c", "wget --user me:hunter2 x"], ["sh", "-c", `wget --user me:${R} x`]],
  [["sh", "-c", "mysqldump -phunter2 db | gzip"], ["sh", "-c", `mysqldump -p${R} db | gzip`]],
  [["sh", "-c", "mysql -u me -phunter2 db"], ["sh", "-c", `mysql -u me -p${R} db`]],
])("redactArguments(%j)", (argv, redacted) => {
  expect(redactArguments(argv)).toEqual(redacted);
});

test.each([
  "sk-ant-api03-abcdefgh-IJKLMNOP_1234",
  "sk-proj-1234567890abcdef",
  "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
  "gho_abcdefghijklmnopqrstuvwxyz0123456789",
  "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz",
  "xoxb-123456789012-abcdefghijkl",
  "xapp-1-A012345-abcdef",
  "AKIAIOSFODNN7EXAMPLE",
  "AIzaSyA-1234567890abcdefghijklmnopqrstuv",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123",
  "glpat-abcdefghij0123456789",
  "npm_abcdefghijklmnopqrstuvwxyz0123456789",
  "hf_abcdefghijklmnopqrstuvwxyz",
  "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
  "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
])("a secret is known by its form: %j", (secret) => {
  expect(redactText(`before ${secret} after`)).toBe(`before ${R} after`);
  expect(redactArguments(["tool", "serve", secret])).toEqual(["tool", "serve", R]);
});

test.each([
  [["claude", "--max-tokens", "5", "--api-key-file", "/run/key", "--model", "opus"]],
  [["tool", "--max-tokens=1024", "--token-limit=5", "--token-budget", "100k", "--no-password", "serve"]],
  [["env", "CLAUDE_CODE_MAX_OUTPUT_TOKENS=32000", "MAX_THINKING_TOKENS=1024"]],
  [["env", "PWD=/home/me", "OLDPWD=/tmp", "SSH_AUTH_SOCK=/tmp/agent.1", "TOKENIZERS_PARALLELISM=true"]],
  [["openssl", "--key", "/etc/ssl/server.key", "--private-key", "./me.pem", "--public-key", "abc"]],
  [["docker", "login", "--password-stdin"]],
  [["tool", "--max-token=4096", "--password-policy", "strict", "--tokens", "8"]],
  [["npm", "exec", "@modelcontextprotocol/server-filesystem@1.2.3", "/home/me/Documents"]],
  [["claude", "--resume", "0b7a9c2e-1f3d-4c5b-8a6e-9d0f1e2a3b4c", "--session-id", "abc"]],
  [["node", "/home/me/.npm/_npx/9833c18b2d85bc59/node_modules/.bin/mcp-server-github", "--port=8080"]],
  [["uvx", "--from", "git+https://github.com/oraios/serena", "serena", "--context", "ide-assistant"]],
  [["zsh", "-c", "-l", "source /home/me/.claude/shell-snapshots/snapshot-zsh-1786400000000-a1b2c3.sh && eval 'ls'"]],
  [["C:\\Program Files\\nodejs\\node.exe", "C:\\Users\\me\\mcp-server.js", "--auth", "none"]],
  [["npx", "sk-learn-tools", "disk-usage-monitor", "https://registry.npmjs.org/@scope/pkg"]],
  [["docker", "run", "-u", "1000:1000", "curl"]],
  [["tool", "--sort-key", "name", "--key", "", "--token", "--verbose"]],
])("ordinary arguments stay as they are: %j", (argv) => {
  expect(redactArguments(argv)).toEqual(argv);
});

test("what is said about a file that is called like a secret is said", () => {
  expect(redactText("--project /etc/passwd: no such file")).toBe("--project /etc/passwd: no such file");
  expect(redactText("~/work/api-token: permission denied")).toBe("~/work/api-token: permission denied");
  const place = "box.json: processes[1].startToken: expected a string";
  expect(redactText(place)).toBe(place);
  expect(redactText('{"startToken":"4552284"}')).toBe('{"startToken":"4552284"}');
  expect(redactText("START_TOKEN=hunter2")).toBe(`START_TOKEN=${R}`);
  expect(redactText("/etc/passwd: token: hunter2")).toBe(`/etc/passwd: token: ${R}`);
  expect(redactText("db/password: hunter2")).toBe(`db/password: ${R}`);
  expect(redactText("tool /password: hunter2")).toBe(`tool /password: ${R}`);
});

test("redactVariable() goes by the name and by the form", () => {
  expect(redactVariable("MY_SECRET", "x")).toBe(R);
  expect(redactVariable("CLAUDE_PID", "4711")).toBe("4711");
  expect(redactVariable("CODEX_HOME", "/home/me/.codex")).toBe("/home/me/.codex");
  expect(redactVariable("NOTE", "ghp_abcdefghijklmnopqrstuvwxyz0123456789")).toBe(R);
});

const NAMES = fc.constantFrom(
  ...["--api-key", "--token", "--password", "--client-secret", "--access-token", "--apiKey", "-token", "--auth-token"],
);
const VARIABLES = fc.constantFrom("GITHUB_TOKEN", "DB_PASSWORD", "X_SECRET", "OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY");
/** As people and generators make them; never a path, a flag, a number or a word. */
const SECRETS = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{3}[0-9][A-Za-z0-9_.+\/=,&;!@#$%^*-]{8,60}$/);

/** The first run of six characters that `text` shares with the secret. */
function sharedPart(text: string, secret: string): string | undefined {
  for (let at = 0; at + 6 <= secret.length; at++) {
    const part = secret.slice(at, at + 6);
    if (text.includes(part)) return part;
  }
  return undefined;
}

/** No run of six characters of the secret is left. */
function expectHidden(shown: string, secret: string): void {
  const part = sharedPart(shown, secret);
  if (part !== undefined) throw new Error(`${JSON.stringify(part)} of the secret is left in ${JSON.stringify(shown)}`);
}

const PLANTED = fc.record({ name: NAMES, variable: VARIABLES, secret: SECRETS, form: fc.nat(9) }).map(
  ({ name, variable, secret, form }) => {
    const forms: string[][] = [
      [`${name}=${secret}`],
      [name, secret],
      [`${variable}=${secret}`],
      ["-H", `Authorization: Bearer ${secret}`],
      ["-H", `X-Api-Key: ${secret}`],
      ["-c", `export ${variable}=${secret}`],
      ["-c", `x ${name} ${secret} y`],
      ["--config", JSON.stringify({ env: { [variable]: secret } })],
      ["--config", JSON.stringify(JSON.stringify({ [variable]: secret }))],
      [`postgres://user:${secret.replace(/[/#?;]/g, "x")}@host/db`],
    ];
    return { elements: forms[form] as string[], secret: form === 9 ? secret.replace(/[/#?;]/g, "x") : secret };
  },
);

test("no part of a secret is left, whatever stands around it", () => {
  fc.assert(
    fc.property(
      PLANTED,
      fc.array(fc.stringMatching(/^[a-z\/."'{:-]{0,12}$/), { maxLength: 3 }),
      ({ elements, secret }, more) => {
        // fast-check likes "prototype" in both places; what stood beside the secret is not a leak of it.
        fc.pre(sharedPart(more.join("\n"), secret) === undefined);
        expectHidden(redactArguments(["tool", ...elements, ...more]).join("\n"), secret);
      },
    ),
    { numRuns: 3_000 },
  );
});

const NASTY = fc.string({
  unit: fc.constantFrom(
    ..." \"'\\=:[]{}()&?/@,;\n".split(""),
    ...[
      "token",
      "--api-key",
      "KEY",
      "Authorization",
      "Bearer",
      "sk-a1b2c3d4e5",
      "://",
      "a",
      "-",
      "1",
      R,
      "curl -u",
      "a:b",
    ],
  ),
  maxLength: 24,
});

test("redacting twice changes nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(NASTY, fc.string()), { maxLength: 6 }), (argv) => {
      const once = redactArguments(argv);
      expect(once).toHaveLength(argv.length);
      expect(redactArguments(once)).toEqual(once);
    }),
    { numRuns: 5_000 },
  );
  fc.assert(
    fc.property(NASTY, (text) => {
      const once = redactText(text);
      expect(redactText(once)).toBe(once);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ["quotes", '"'],
  ["names", "token="],
  ["paths", "api-key=/"],
  ["opened quotes", 'token="'],
  ["escaped quotes", 'token=\\"\\\\'],
  ["schemes", "://a:b"],
  ["prefixes", "sk-"],
  ["web tokens", "eyJ"],
  ["web tokens, apart", "eyJhhhhhhhhhh-"],
  ["flags", "--token -"],
  ["flags and quotes", "--token '"],
  ["dashes", "-----BEGIN PRIVATE KEY-----"],
  ["headers", "Authorization: "],
  ["programs", "mysql curl -u a"],
  ["brackets", "tokens=["],
])("200 kB of %s are looked through once", (_, part) => {
  // What scans back over it takes minutes here, and the test its time limit.
  const text = part.repeat(Math.ceil(200_000 / part.length));
  const once = redactArguments(["--x", text, redactText(text)]);
  expect(redactArguments(once)).toEqual(once);
});

test("short words are told apart from a short secret that is announced", () => {
  for (const text of ["bearer ab12cd34", "say\nBearer ab12cd34 now", "x bearer  ab12cd34"]) {
    expect(redactText(text)).not.toContain("ab12cd34");
  }
  expect(redactText("its parent is alive (pid 4711)")).toBe("its parent is alive (pid 4711)");
});
