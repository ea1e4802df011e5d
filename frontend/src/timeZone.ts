/** Tell the server the browser's time zone, which decides when a day begins. */
export function sendTimeZone(): void {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has the Cookie Store API
  document.cookie = `tz=${timeZone}; Path=/; Max-Age=31536000; SameSite=Lax`;
}
