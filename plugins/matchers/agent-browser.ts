import { commandOf } from "../../src/vocabulary/command.ts";
import { isAutomationProfile } from "../../src/vocabulary/kept.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

const agentBrowser: Matcher = {
  name: "agent-browser",
  summary: "browsers of playwright and puppeteer servers, by their profile directory",
  hints: [/^chrom/, /^Google Chrome/, "headless_shell", "chrome.exe", "msedge.exe"],
  words: ["playwright", "puppeteer_dev_", "agent-browser-chrome-", "chrome-devtools-mcp"],
  multiplies: true,
  needs: ["command", "executable"],
  claim(process): Claim | undefined {
    const command = commandOf(process);
    if (command === undefined || !/chrom|headless_shell|msedge/i.test(command.program)) return undefined;
    if (!command.args.some(isAutomationProfile)) return undefined;
    return {
      family: "agent-browser",
      role: "browser",
      lifeline: "output",
      because: "profile directory made by browser automation",
    };
  },
};

export default agentBrowser;
