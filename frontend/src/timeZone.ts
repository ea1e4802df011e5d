/** Tells the server in which time zone this browser is: it decides what "today" is. */

export function tellZone(): void {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not everywhere yet
  document.cookie = `tz=${timeZone}; Path=/; Max-Age=31536000; SameSite=Lax`;
}
