/** The site's public address, which the server knows; a page may have been opened under another one. */
export const siteUrl = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="site-url"]')?.content || location.origin;
