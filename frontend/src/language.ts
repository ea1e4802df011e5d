/** Which language the page is in. */

type Load<Words> = () => Promise<{ words: Words }>;
interface Languages<Words> {
  en: Load<Words>;
  ja: Load<Words>;
  fr: Load<Words>;
}

/** The words of the page's language alone; of English where the page has none of these. */
export async function ofThePage<Words>(languages: Languages<Words>): Promise<Words> {
  const { lang } = document.documentElement;
  const load = lang in languages ? languages[lang as keyof Languages<Words>] : languages.en;
  return (await load()).words;
}
