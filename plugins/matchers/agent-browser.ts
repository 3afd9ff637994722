import { commandOf } from "../../src/vocabulary/command.ts";
import { isAutomationProfile, isFirefoxProfile } from "../../src/vocabulary/kept.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

const agentBrowser: Matcher = {
  name: "agent-browser",
  summary: "browsers of playwright and puppeteer servers, by their profile directory",
  hints: [/^chrom/, /^Google Chrome/, "headless_shell", "chrome.exe", "msedge.exe", /^firefox/],
  words: ["playwright", "puppeteer_dev_", "agent-browser-chrome-", "chrome-devtools-mcp"],
  ownWords: true,
  multiplies: true,
  needs: ["command", "executable"],
  claim(process): Claim | undefined {
    const command = commandOf(process);
    if (command === undefined) return undefined;
    const { program, args } = command;
    const isDriven = /chrom|headless_shell|msedge/i.test(program)
      ? args.some(isAutomationProfile)
      : /firefox/i.test(program) &&
        args.some((argument, at) => args[at - 1] === "-profile" && isFirefoxProfile(argument));
    if (!isDriven) return undefined;
    return {
      family: "agent-browser",
      role: "browser",
      lifeline: "output",
      because: "profile directory made by browser automation",
    };
  },
};

export default agentBrowser;
