/**
 * Secrets that give themselves away by their form, wherever they stand.
 *
 * Every pattern takes all that could belong to it: half a secret is a secret too. And every pattern
 * is linear on hostile text: it starts at a literal and ends in a class that cannot fail.
 *
 * @module
 */

/** What stands in place of a secret. */
export const REDACTED = "[redacted]";

const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[^-]|-(?!-{4}END))*(?:-----END [A-Z ]{0,40}-----)?/g,
  // JSON web tokens: two or three parts, the first begins with {"
  /(?<![\w-])eyJ[\w-]{8,}\.[\w.-]+/g,
  /(?<![A-Za-z0-9])(?:gh[oprsu]_|github_pat_|glpat-|gl[a-z]{2,6}-|npm_|hf_|gsk_|xai-|pplx-|tvly-|r8_|pypi-|dop_v1_|lin_api_|ntn_|nvapi-|sntrys_|shp[a-z]{2}_|rk_live_|sk_live_|sk_test_|whsec_|secret_|figd_|AGE-SECRET-KEY-)[\w-]{12,}/g,
  /(?<![A-Za-z0-9])(?:xox[a-z]|xapp)-[\w-]{6,}/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}/g,
  /(?<![A-Za-z0-9])AIza[\w-]{20,}/g,
  /(?<![A-Za-z0-9])ya29\.[\w.-]{10,}/g,
  /(?<![A-Za-z0-9])SG\.[\w-]{10,}[\w.-]*/g,
  // Telegram: the bot's number, then the key.
  /(?<![A-Za-z0-9])\d{8,10}:AA[\w-]{30,}/g,
  /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{6,}/g,
  /(?<=discord(?:app)?\.com\/api\/webhooks\/)[\w/-]{6,}/g,
];

/** Anything that begins so may be a word (`sk-learn-tools`), so what follows decides. */
const DOUBTFUL: readonly RegExp[] = [
  /(?<![A-Za-z0-9])sk-[\w-]{8,}/g,
  /(?<=\bbearer\s{1,4})(?!\[)[\w.~+/=-]{8,}/gi,
];

/** Replaces every secret that has a known form. */
export function redactForms(text: string): string {
  let redacted = text;
  for (const form of FORMS) redacted = redacted.replace(form, REDACTED);
  for (const form of DOUBTFUL) redacted = redacted.replace(form, (found) => isRandom(found) ? REDACTED : found);
  return redacted;
}

/** No word or words: digits or capitals among the letters, or longer than people write. */
export function isRandom(text: string): boolean {
  return /[0-9A-Z]/.test(text) || text.length >= 32;
}

/**
 * User and password of a URL. `user:password@` keeps the user; what stands alone before the `@` is
 * a token more often than a name, and goes. A password may hold `/` or `@` although it must not.
 */
export function redactUrls(text: string): string {
  let redacted = "";
  let done = 0;
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", Math.max(at + 3, done))) {
    const start = at + 3;
    const rest = text.slice(start, start + LONGEST_USERINFO);
    const end = rest.search(/[\s"'`<>\\]/);
    const userinfo = userinfoEnd(end < 0 ? rest : rest.slice(0, end));
    if (userinfo <= 0) continue;
    const colon = rest.slice(0, userinfo).indexOf(":");
    redacted += text.slice(done, start + colon + 1) + REDACTED;
    done = start + userinfo;
  }
  return redacted + text.slice(done);
}

/** Looked at behind each `://`: a text may be full of them. */
const LONGEST_USERINFO = 4096;

/** Where the userinfo of what follows `://` ends (at the `@`); -1: it has none. */
function userinfoEnd(rest: string): number {
  const slash = rest.search(/[/?#]/);
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const at = authority.lastIndexOf("@");
  if (at >= 0) return at;
  // `u:pa/ss@host`: what follows the colon is no port, so it is half a password.
  return /:(?!\d*$)/.test(authority) ? rest.lastIndexOf("@") : -1;
}
