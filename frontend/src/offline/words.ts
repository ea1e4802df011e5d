/** What the writing page says while there is no connection. */

import { ofThePage } from "../language";
import type { Words } from "./words/en";

export const words: Words = await ofThePage({
  en: () => import("./words/en"),
  ja: () => import("./words/ja"),
  fr: () => import("./words/fr"),
});
