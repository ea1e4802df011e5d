/** The same in Japanese. */

import type { Words } from "./en";

export const words: Words = {
  guidance: "書き方の助け",
  choices: {
    memory: "見ないで書く",
    hints: "ヒントあり",
    fading: "消えるお手本",
    trace: "なぞり書き",
  },
  explanations: {
    memory: "白紙に書きます。お手本はいつでも見られます。",
    hints: "白紙に書きます。二度続けて外れると、次の一画を示します。",
    fading: "お手本が、書くにつれて薄くなって消えます。二度続けて外れると、次の一画を示します。",
    trace: "お手本をなぞって書きます。",
  },
  hint: (stroke) => `ヒント：${stroke}画目`,
  show: "お手本を見る",
  hide: "お手本を隠す",
  sawReference: "お手本を見て書いたので、一週間以内にもう一度復習します。",
};
