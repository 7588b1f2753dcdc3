// What must not happen on any page: console errors and warnings (a hydration that does not fit is one), uncaught errors,
// failed requests.

import type { BrowserContext } from "@playwright/test";

export class Problems {
  private readonly found: string[] = [];
  private readonly expected: RegExp[] = [];

  /** Watches every page of the browser context. */
  watch(context: BrowserContext): void {
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        this.found.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on("weberror", (error) => this.found.push(`uncaught: ${error.error().stack ?? error.error().message}`));
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      // The browser gives up requests of a page that is being left.
      if (why === "net::ERR_ABORTED") return;
      // The same, when the service worker was about to answer: it reports its own network error for the icon of that page.
      if (why === "net::ERR_FAILED" && new URL(request.url()).pathname === "/favicon.svg") return;
      this.found.push(`request failed: ${request.url()} ${why}`);
    });
  }

  /** What the test provokes on purpose. */
  expect(...patterns: RegExp[]): void {
    this.expected.push(...patterns);
  }

  /** The program goes away in this test, and all that was asked of it fails. */
  expectOutage(): void {
    this.expect(/net::ERR_CONNECTION_REFUSED/, /WebSocket connection to .* failed/, /net::ERR_EMPTY_RESPONSE/, /net::ERR_CONNECTION_RESET/, /net::ERR_INTERNET_DISCONNECTED/);
  }

  /** A form is refused in this test: the browser notes such answers by itself. */
  expectStatus(...statuses: number[]): void {
    this.expect(...statuses.map((status) => new RegExp(`responded with a status of ${status}`)));
  }

  /** With scripts switched off, the browser refuses to load them and says so. */
  expectNoScripts(): void {
    this.expect(/request failed: .*\.js csp/);
  }

  /** What happened and was not expected. */
  unexpected(): string[] {
    return this.found.filter((problem) => !this.expected.some((pattern) => pattern.test(problem)));
  }
}
