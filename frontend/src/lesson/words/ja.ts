/** The same in Japanese. */

import type { Words } from "./en";

const number = new Intl.NumberFormat("ja").format;
const relative = new Intl.RelativeTimeFormat("ja", { numeric: "auto" });

const SCRIPTS: Record<string, string> = {
  hiragana: "ひらがな",
  katakana: "カタカナ",
  kanji: "漢字",
  digit: "数字",
};

export const words: Words = {
  title: "レッスン",
  waiting: (due, fresh) => {
    if (!fresh) return `今日復習する字：${number(due)}字`;
    return due
      ? `今日復習する字：${number(due)}字、新しい字：${number(fresh)}字`
      : `今日の新しい字：${number(fresh)}字`;
  },
  howMany: "練習する字数",
  sizes: (size) => `${size}字`,
  all: (count) => `全${number(count)}字`,
  start: "始める",
  loading: "読み込み中…",
  goalOf: (written, goal) => `今日の目標：${number(goal)}回のうち${number(written)}回`,
  goalReached: (written) => `今日の目標を達成しました（${number(written)}回）`,
  nothing: "今日復習する字はありません",
  nothingText: "復習の日になると、ここに表示されます。",
  nothingOfList: "このリストは空です",
  nothingOfListText: "リストに字を追加すると、ここで練習できます。",
  ofLesson: (count, isOwnList) =>
    isOwnList ? `リストの字：${number(count)}字` : `このレッスンの字：${number(count)}字`,
  practiseList: "リストを練習する",
  practiseOther: "文字を探す",
  writeFreely: "自由に書く",
  signedOut: "ログアウトしています。ページを再読み込みして、ログインしてください。",
  listIsGone: "このリストは、もうありません。",

  position: (number, of, isRepeat) => (isRepeat ? `もう一度：${number}／${of}` : `${number}／${of}`),
  script: ({ script, character, is_leech }, phase) => {
    const letter = character === character.toLowerCase() ? "小文字" : "大文字";
    const name = SCRIPTS[script] ?? letter;
    if (phase === "meeting") return `${name}（新しい字）`;
    return is_leech ? `${name}（なかなか覚えられない字）` : name;
  },
  announceTurn: (position, script, prompt) => `${position}。${script}：${prompt.join("、")}`,
  mayTrace: "なぞって書けます",
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
  end: "やめる",
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

  summary: "レッスンの結果",
  well: (well, of) => {
    if (of === 1) return well ? "はっきり読める字が書けました。" : "まだはっきりとは読めません。";
    return `${of}字のうち${well}字がはっきり読めました。`;
  },
  left: (left) => `書かなかった${left}字は、復習する字のままです。`,
  before: (legibility) => `初めは${legibility}点`,
  due: (days) =>
    days < 31 ? relative.format(days, "day") : relative.format(Math.round(days / 30.4), "month"),
  square: (character, legibility, due) =>
    [
      legibility === null ? `「${character}」、読み取り中` : `「${character}」、${legibility}点`,
      due && `次の復習は${due}`,
    ]
      .filter(Boolean)
      .join("、"),
  notRead: "…",
  repeatWeak: (count) => (count === 1 ? "苦手な字をもう一度" : `苦手な${count}字をもう一度`),
  another: "次のレッスン",
  fiveMore: "あと5字",
  keep: "アカウントを作ると、忘れかけたころに同じ字が復習に出ます。ここで書いた字も残ります。",
  signUp: "登録する",
  done: "終わる",
};
