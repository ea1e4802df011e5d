/** The same in Japanese. */

import type { Words } from "./en";

const listed = (characters: readonly string[]): string => characters.map((one) => `「${one}」`).join("か");

export const words: Words = {
  tryAgain: "もう一度書く",
  seeItWritten: "書き方を見る",
  notThis: (character) => `「${character}」ではありません`,

  readsAs: (characters, legibility) => `${listed(characters)}に読めます（${legibility}点）。`,
  didYouMean: (characters) => `${listed(characters)}を書きましたか？`,
  yesMeant: (character) => `はい、「${character}」です`,
  noMeant: (character) => `いいえ、「${character}」です`,
  otherScript: (script) => `文字の種類に「${script}」を選んでいるため、候補に入っていません。`,

  side: "並べて見る",
  over: "重ねて見る",
  view: "見方",
  yours: "あなたの字",
  replay: "書いた順に再生",
  previousStroke: "一画戻る",
  nextStroke: "一画進む",
  overLegend: "赤い線がお手本です（あなたの字の大きさに合わせています）",

  earlier: "これまでに書いた字",
  first: "最初",
  best: "最高点",
  latest: "前回",
  earlierScore: (labels, legibility) => `${labels.join("・")}：${legibility}点`,

  challenge: (legibility, toBeat) => {
    if (legibility > toBeat) return `お友だちの${toBeat}点を超えました（${legibility}点）。`;
    return legibility === toBeat
      ? `${toBeat}点で引き分けです。`
      : `${legibility}点です。${toBeat}点を超えれば勝ちです。`;
  },
  challengeBack: "挑戦を返すリンクをコピー",
  copied: "コピーしました。",

  offers: "当てはまる字",

  unknownText: "近い字の候補です。この中にありますか？",
  candidate: (character, legibility) => `${character}、この字なら${legibility}点`,
  lookalike: (character, of, legibility) => `${character}、${of}に似た字、この字なら${legibility}点`,
  other: "ほかの字",
  otherButton: "決定",

  meant: "書いた字：",
  howToWrite: "書き方",
  exemplarScore: (legibility) => `作例、${legibility}点`,
  moreAbout: (character) => `「${character}」をもっと詳しく`,
  delete: "削除",

  offerExemplar: "作例として公開する",
  offerExemplarMeans:
    "編集担当者が承認すると、名前を伏せて文字のページに表示されます。いつでも取り下げられます。",
  withdrawExemplar: "取り下げる",
  exemplarStates: {
    offered: "作例として申請しました。編集担当者が確認します。",
    approved: "作例として公開されています。",
    refused: "編集担当者の判断により、作例としては公開されません。ほかの人には見えません。",
  },
};
