/** The same in Japanese. */

import type { Attempt } from "../api";
import type { Words } from "./en";

const listed = (characters: readonly string[]): string => characters.map((one) => `「${one}」`).join("か");

const bands: Words["bands"] = {
  textbook: "すばらしい",
  clear: "はっきり読める",
  readable: "読める",
  doubtful: "読みにくい",
  misread: "別の字に読まれる",
};

export const words: Words = {
  write: "書く",
  writingArea: (count) => (count === 0 ? "手書き欄、空" : `手書き欄、${count}画`),
  thickness: "線の太さ",
  thicknesses: ["とても細い", "細い", "ふつう", "太い", "とても太い"],
  script: "文字の種類",
  scripts: { all: "すべて", kana: "かな", kanji: "漢字", alphanumeric: "ABC 123" },
  undo: "一画戻す",
  redo: "一画進める",
  guides: { cross: "補助線：十字", diagonal: "補助線：十字と斜め", plain: "補助線：なし" },
  clear: "消す",
  score: "採点する",
  next: "次へ",
  paperIsFull: "これ以上は書けません。採点するか、消してください。",
  fingerIgnored: "ペンを持つ手が触れたものと判断しました。もう一度、指で書いてください。",
  photo: "写真",
  practise: "練習する字",
  practiseHint: "練習する字を入れます。空のままなら自由に書けます。",
  removeTarget: "この字をやめて自由に書く",
  result: "結果",

  emptyTitle: "一文字書いてください",
  emptyText: "かな、漢字、英字、数字のどれかを書いて「採点する」を押すと、何の字に読めるかがわかります。",
  emptyPractising: (character) =>
    `書いたら「採点する」を押してください。「${character}」とはっきり読めるかがわかります。`,
  reading: "読み取り中…",
  stillReading: "読み取りに時間がかかっています…",
  stillReadingText: "書いた字は保存されています。待つ間に次の字を書けます。",
  noConnection: "接続がありません。再試行しています…",

  whichOne: "どの字を書きましたか？",
  unknown: "どの字か読み取れません",
  unknownRemark: "登録されているどの字にも似ていません。",
  noCandidates: "候補が見つかりませんでした。",

  outOf: "100点満点",
  legibility: "読みやすさ",
  form: "書き方",
  noForm: {
    letter: "英字と数字は、読みやすさだけで評価します。",
    photograph: "写真では書き方がわからないため、読みやすさだけで評価します。",
    unlike: "お手本と大きく異なるため、書き方は評価できませんでした。",
  },
  bands,
  marks: {
    flower: "花まる：すばらしい",
    double: "二重まる：とてもよい",
    circle: "まる：よい",
    triangle: "三角：もう少し",
  },
  scoreRange: (lowest, highest) => `${lowest}〜${highest}`,
  legend: "印と点数",
  legendForm: "花まるは、書き方も正しい字につきます。",
  readsAs: (characters) => `${listed(characters)}に読めます。`,
  aloneAlso: (characters) => `一文字だけだと${listed(characters)}にも見えます。`,
  readsAsOrAlone: (character, others) =>
    `「${character}」に読めますが、一文字だけだと${listed(others)}にも見えます。`,
  misreadAs: (characters) => `${listed(characters)}と読み間違えられるかもしれません。`,
  readAs: "読み取り結果",
  remarks: "書き方の注意点",
  notes: "とめ・はね・はらい",
  notesMean: "参考です。どちらの書き方も正しいとされています。",
  yours: "あなたの字",

  strokeOrder: (character, count) => `「${character}」の筆順、${count}画`,
  reference: "お手本",

  announceScore: (character, { legibility, form, band }) =>
    `「${character}」の読みやすさは100点満点中${legibility}点${form === null ? "" : `、書き方は${form}点`}です。${bands[band]}。`,
  announceCandidates: (characters) => `どの字を書きましたか？${listed(characters)}ですか？`,

  history: "書いた字",
  historyEmpty: "書いた字は、ここに表示されます。",
  historyFailed: "以前に書いた字を読み込めませんでした。",
  older: "以前のものを表示",
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
  deleted: "削除しました。",
  undoDelete: "元に戻す",

  tryAgain: "もう一度試す",
  close: "閉じる",
  reload: "再読み込み",
  failed: "読み取れませんでした",
  failedText: "サーバーで問題が起きました。書いた字は保存されています。",
  refusals: {
    unreachable: "接続がありません。書いた字は残っています。",
    throttled: "操作が多すぎます。少し待ってから、もう一度お試しください。",
    overloaded: "ただいま混み合っています。書いた字は残っています。数秒後にもう一度お試しください。",
    does_not_exist: "この字には対応していません。対応しているのは、かな、漢字2,967字、英字、数字です。",
    target_not_among:
      "この字は、選んだ文字の種類に入っていません。「すべて」を選んで、もう一度書いてください。",
    target_is_set: "どの字を書いたかは、すでに選択されています。",
    not_found: "この字の記録は、もうありません。",
    another_writer:
      "ログアウトしたか、別の人がログインしています。ページを再読み込みしてください。書いた字は残ります。",
    not_authenticated: "ログアウトしています。ページを再読み込みして、ログインしてください。",
    permission_denied:
      "ページを開いてから時間がたちすぎています。再読み込みしてください。書いた字は残ります。",
  },

  drawing: {
    nearest: "どの字か読み取れません。近い字の候補です。",
    late: "時間がかかりすぎています。少し待ってから、もう一度お試しください。",
    search: "これらの字を検索する",
  },
  strokeOf: (shown, all) => `${shown}／${all}画`,
  play: "再生",
  stop: "停止",

  broken: "問題が起きました。書いた字は残っています。",
};
