/** The page's language. */

type Load<Words> = () => Promise<{ words: Words }>;
interface Languages<Words> {
  en: Load<Words>;
  ja: Load<Words>;
  fr: Load<Words>;
}

/** Load the words of the page's language only, or the English ones if it has another language. */
export async function loadWords<Words>(languages: Languages<Words>): Promise<Words> {
  const { lang } = document.documentElement;
  const load = lang in languages ? languages[lang as keyof Languages<Words>] : languages.en;
  return (await load()).words;
}
