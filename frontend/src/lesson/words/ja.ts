/** The same in Japanese. */

import type { Words } from "./en";

const inDays = new Intl.RelativeTimeFormat("ja", { numeric: "auto" });

const SCRIPTS: Record<string, string> = {
  hiragana: "ひらがな",
  katakana: "カタカナ",
  kanji: "漢字",
  digit: "数字",
};

export const words: Words = {
  title: "レッスン",
  waiting: (due, fresh) => {
    if (!fresh) return `今日は${due}字を復習します。`;
    return due
      ? `今日は${due}字を復習し、新しい字を${fresh}字練習します。`
      : `今日は新しい字が${fresh}字あります。`;
  },
  howMany: "練習する字の数",
  sizes: (size) => `${size}字`,
  all: (count) => `全${count}字`,
  begin: "始める",
  looking: "練習する字を調べています…",
  goalOf: (written, goal) => `今日の目標：${goal}回のうち${written}回`,
  goalReached: (written) => `今日の目標を達成しました（${written}回）`,
  nothing: "今日復習する字はありません",
  nothingText: "覚えた字は、復習の日になるとここに戻ってきます。",
  nothingOfList: "このリストには字がありません",
  nothingOfListText: "リストに字を入れると、ここで練習できます。",
  ofList: (count) => `リストには${count}字あります。`,
  practiseList: "リストを練習する",
  practiseOther: "文字を探す",
  writeFreely: "自由に書く",
  signedOut: "ログアウトしています。ページをもう一度読み込んで、ログインしてください。",
  listIsGone: "このリストはもうありません。",

  place: (number, of, isRepeat) => (isRepeat ? `もう一度：${number}／${of}` : `${number}／${of}`),
  script: ({ script, character }, phase) => {
    const letter = character === character.toLowerCase() ? "小文字" : "大文字";
    const name = SCRIPTS[script] ?? letter;
    return phase === "meeting" ? `${name}（新しい字）` : name;
  },
  ask: (place, script, what) => `${place}。${script}：${what}`,
  main: {
    meeting: "見ないで書く",
    writing: "採点する",
    sending: "読み取り中…",
    result: "次へ",
  },
  finish: "終わる",
  show: "お手本",
  hide: "隠す",
  skip: "とばす",
  leave: "やめる",
  yours: "あなたの字",
  comesAgain: "最後にもう一度出てきます。",
  hints: {
    meeting: [["Enter", "書く"]],
    writing: [
      ["Enter", "採点する"],
      ["S", "お手本"],
      ["Ctrl Z", "一画戻す"],
      ["Esc", "消す"],
    ],
    sending: [],
    result: [["Enter", "次へ"]],
  },

  sheet: "レッスンの結果",
  well: (well, of) => {
    if (of === 1) return well ? "よく読める字が書けました。" : "まだよく読めません。";
    return `${of}字のうち${well}字がよく読めました。`;
  },
  left: (left) => `${left}字は書いていません。復習の予定はそのままです。`,
  before: (legibility) => `初めは${legibility}点`,
  due: (days) => (days < 31 ? inDays.format(days, "day") : inDays.format(Math.round(days / 30.4), "month")),
  square: (character, legibility, due) =>
    [
      legibility === null ? `「${character}」、まだ読み取っていません` : `「${character}」、${legibility}点`,
      due && `次の復習は${due}`,
    ]
      .filter(Boolean)
      .join("、"),
  notRead: "…",
  weak: (count) => (count === 1 ? "苦手な字をもう一度" : `苦手な${count}字をもう一度`),
  another: "もう一つレッスンをする",
  done: "終わる",
};
