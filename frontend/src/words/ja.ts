/** The same in Japanese. */

import type { Attempt } from "../api";
import type { Words } from "./en";

const listed = (characters: readonly string[]): string => characters.map((one) => `「${one}」`).join("か");

const bands: Words["bands"] = {
  textbook: "お手本のよう",
  clear: "はっきり読める",
  readable: "読める",
  doubtful: "読みにくい",
  misread: "別の字に読まれる",
};

export const words: Words = {
  write: "書く",
  writingArea: (count) => (count === 0 ? "書く欄、まだ何も書かれていません" : `書く欄、${count}画`),
  thickness: "線の太さ",
  thicknesses: ["とても細い", "細い", "ふつう", "太い", "とても太い"],
  script: "書く文字の種類",
  scripts: { all: "すべて", kana: "かな", kanji: "漢字", alphanumeric: "ABC 123" },
  undo: "一画戻す",
  redo: "一画進める",
  guides: { cross: "補助線：十字", diagonal: "補助線：十字と斜め", plain: "補助線：なし" },
  clear: "消す",
  score: "採点する",
  next: "次へ",
  sheetIsFull: "この用紙にはこれ以上書けません。採点するか、消してください。",
  practise: "練習する字",
  practiseHint: "練習する字です。空のままなら、何でも書けます。",

  emptyTitle: "一文字書いてください",
  emptyText: "かな、漢字、英字、数字のどれかを書いて「採点する」を押すと、何の字に読めるかがわかります。",
  emptyPractising: (character) =>
    `書いたら「採点する」を押してください。「${character}」とはっきり読めるかがわかります。`,
  reading: "読み取り中…",
  stillReading: "まだ読み取り中です…",
  stillReadingText: "書いたものは保存されています。その間に次の字を書けます。",
  noConnection: "接続がありません。再試行しています。",

  whichOne: "どの字を書きましたか？",
  unknown: "知っている文字には見えません",
  unknownRemark: "知っている文字には見えません。",
  unknownText: "近いのはこの字です。この中にありますか？",
  noCandidates: "何の字かわかりません。",
  candidate: (character, legibility) => `${character}、この字なら${legibility}点`,
  lookalike: (character, of, legibility) => `${character}、${of}に似た字、この字なら${legibility}点`,
  other: "ほかの字",
  otherButton: "この字です",

  outOf: "点（100点満点）",
  bands,
  marks: {
    flower: "花まる：すばらしい",
    double: "二重まる：とてもよい",
    circle: "まる：よい",
    triangle: "三角：もう少し",
  },
  markRanges: { flower: "95～100", double: "80～94", circle: "60～79", triangle: "0～59" },
  legend: "印の意味",
  meant: "書いた字：",
  readsAs: (characters) => `${listed(characters)}に読めます。`,
  misreadAs: (characters) => `${listed(characters)}と読み間違えられるかもしれません。`,
  nearest: "読み取り結果",
  remarks: "線の気をつけるところ",
  form: (score) => `字形 ${score}点（100点満点）`,
  yours: "あなたの字",

  showExample: "お手本として公開する",
  showExampleMeans:
    "文字のページに、名前なしで表示されます。公開前に編集担当者が確認します。いつでも取り消せます。",
  takeBack: "取り消す",
  exampleStates: {
    offered: "お手本として提供しました。編集担当者が確認します。",
    approved: "お手本として公開されています。",
    refused: "編集担当者の判断により公開されません。誰にも見えません。",
  },
  howItIsWritten: "高い点の字はこのように書かれています",
  strokeOrder: (character, count) => `「${character}」の書き順、全${count}画`,
  exampleOf: (legibility) => `手書きの例、${legibility}点`,
  reference: "お手本",
  moreAbout: (character) => `「${character}」をもっと詳しく`,

  announceScore: (character, legibility, band) =>
    `「${character}」は100点満点中${legibility}点です。${bands[band]}。`,
  announceCandidates: (characters) => `どの字を書きましたか？${listed(characters)}ですか？`,

  history: "書いた字",
  historyEmpty: "書いたものは、ここに残ります。",
  historyFailed: "以前に書いたものを読み込めませんでした。",
  older: "古いものを表示",
  square: (attempt: Attempt) => {
    const when = new Date(attempt.written_at).toLocaleString("ja", {
      dateStyle: "medium",
      timeStyle: "short",
    });
    if (attempt.status === "queued") return `… 読み取り中、${when}`;
    if (attempt.score) return `${attempt.target} ${attempt.score.legibility}点、${when}`;
    return `? 未採点、${when}`;
  },
  share: "共有",
  forget: "削除",
  forgotten: "削除しました。",

  again: "もう一度",
  dismiss: "閉じる",
  reload: "再読み込み",
  failed: "読み取れませんでした",
  failedText: "こちら側で問題が起きました。書いたものは保存されています。",
  refusals: {
    unreachable: "接続がありません。書いたものは残っています。",
    throttled: "少し速すぎます。しばらく待ってから、もう一度お試しください。",
    does_not_exist: "その字は読み取れません。読めるのは、かな、漢字2,967字、英字、数字です。",
    target_not_among:
      "その字は、選んだ文字の種類に入っていません。「すべて」を選んで、もう一度書いてください。",
    target_is_set: "何の字かは、すでに決まっています。",
    not_found: "この記録はもうありません。",
    another_writer:
      "ログアウトしたか、別の方がログインしています。ページを再読み込みしてください。書いた字は残ります。",
    not_authenticated: "ログアウトしています。ページを再読み込みしてログインしてください。",
    permission_denied: "ページを長く開いたままです。再読み込みしてください。書いた字は残ります。",
  },
  drawing: {
    nearest: "知っている文字には見えません。近いのはこの字です。",
    late: "時間がかかりすぎています。少し待ってから、もう一度お試しください。",
    search: "これらを検索する",
  },
  strokeOf: (shown, all) => `${shown}／${all}画`,
  play: "再生",
  stop: "停止",

  broken: "こちら側で問題が起きました。書いたものは残っています。",
};
