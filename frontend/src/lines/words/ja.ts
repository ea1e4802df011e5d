/** The same in Japanese. */

import type { ScriptName } from "../Prompt";
import type { Words } from "./en";

const number = new Intl.NumberFormat("ja").format;

const scripts: Record<ScriptName, string> = {
  kanji: "漢字",
  hiragana: "ひらがな",
  katakana: "カタカナ",
  alphanumeric: "英数字",
};

const tooLarge = "画像が大きすぎます。書いた行のところだけを切り抜いてください。";

export const words: Words = {
  kind: "書くもの",
  kinds: { dictation: "書き取り", cloze: "穴埋め", free: "自由", own: "好きな文" },
  directions: { horizontal: "書く向き：横書き", vertical: "書く向き：縦書き" },
  wordsUnreachable: "接続がないので、単語を読み込めません。「自由」なら今すぐ書けます。",
  loading: "読み込み中…",
  position: (number, of, isRepeat) => (isRepeat ? `もう一度：${number}／${of}` : `${number}／${of}`),
  announceTask: (position, prompt) => `${position}。${prompt.join("、")}`,
  hint: (count, names) => `${number(count)}文字（${names.map((name) => scripts[name]).join("・")}）`,
  unmeant: (others) => `${others.map((other) => `「${other}」`).join("")}ではありません`,
  gap: (count) => `${number(count)}文字の空欄`,
  answer: "答え：",
  copy: "この文を書いてください",
  freely: "自由に書いてください",
  freelyText: "一マスに一文字ずつ書きます。次へ進むと、新しいマスが出てきます。",
  onePaperText: "何文字か続けて書いてください。読み取るときに、一文字ずつに分けます。",
  photoRefusals: {
    too_large: tooLarge,
    too_many_pixels: tooLarge,
    too_many_pixels_for_format: tooLarge,
    nothing_written:
      "手書きの文字が見つかりません。一行だけを近くから、明るさが均一なところで撮ってください。",
    not_a_line: "二行以上写っています。一行だけを切り取るか、紙の一部だけを撮ってください。",
  },
  photoFailed: "もっと近くから、もう一度撮ってください。",
  inPhoto: (position: number, readAs: string) => `${position}文字目、読み取り：${readAs}`,
  onSquares: "マス目に書く",

  squares: "マス目",
  square: (position, of, isEmpty) => `${of}マスのうち${position}マス目、${isEmpty ? "空白" : "記入済み"}`,
  announceSquare: (position, of) => `${of}マスのうち${position}マス目`,
  nextSquare: "次のマス",
  score: "採点する",
  reading: "読み取り中…",
  nextWord: "次の単語",
  nextLine: "次の行",
  finish: "終わる",
  show: "お手本",
  hide: "隠す",
  skip: "とばす",
  end: "やめる",
  hints: {
    writing: [
      ["Enter", "次のマス・採点"],
      ["← →", "マスの移動"],
      ["S", "お手本"],
      ["Ctrl Z", "一画戻す"],
      ["Esc", "消す"],
    ],
    result: [
      ["Enter", "次へ"],
      ["← →", "文字の移動"],
    ],
  },

  stillReadingText: "書いたものは保存しました。待つ間に、次を書くことができます。",
  failed: "読み取れませんでした",
  failedText: "サーバーで問題が起きました。書いたものは、ここに残っています。",
  kept: "この端末に保存しました",
  keptText: "オンラインに戻ると、読み取ります。次へ進んで書くことができます。",
  readsAs: "こう読めます：",
  shouldBe: "正しくは",
  isRead: (text) => (text ? `「${text}」と読めます。` : "読めません。"),
  comesAgain: "最後にもう一度出てきます。",
  sawReference: "お手本を見たので、早めにもう一度復習します。",
  evenness: "字の大きさと並び",
  character: (position, meant, readAs, legibility, isDecided) =>
    [
      `「${meant || "？"}」、${position}文字目`,
      readAs === meant ? "" : readAs ? `「${readAs}」と読めます` : "読めません",
      legibility === null ? "" : `${legibility}点`,
      isDecided ? "前後の文字で決まります" : "",
    ]
      .filter(Boolean)
      .join("、"),
  characterNumber: (position) => `${position}文字目`,
  alone: "一文字だけなら",
  here: "ここでは",
  replay: "再生",
  delete: "削除",
  again: "もう一度書く",
  announceResult: ({ text, read_as, legibility, is_right }) =>
    is_right === false
      ? `「${text}」は「${read_as}」と読めます。読みやすさ${legibility ?? 0}点。`
      : `「${read_as}」と読めます。${legibility === null ? "" : `読みやすさ${legibility}点。`}`,
  meant: "何と書きましたか？",
  scoreIt: "採点する",
  needed: (count) => `${number(count)}文字で入力してください。`,
  report: "間違いを報告",
  reportAbout: "どこが間違っていますか？",
  reportParts: { reading: "読み方", meaning: "意味", word: "単語", other: "その他" },
  reportText: "正しくは",
  reportSend: "送る",
  reported: "ありがとうございます。編集担当者が確認します。",

  own: "好きな文を書く",
  ownText: "日本語の文を入力するか、貼り付けてください。一行ずつ書いていきます。",
  ownExample: "駅の入口で待ってください。",
  ownCount: (count, most) => `${number(count)}文字（${number(most)}文字まで）`,
  ownStart: "この文を書く",
  ownUseless: "読み取れる文字がありません。",
  unreadable: (characters) => `読み取れないため、省きました：${characters.join("　")}`,

  summary: "書いたもの",
  right: (right, of) => `${of}問中${right}問、正しく読めました。`,
  written: (count) => (count ? `${number(count)}行` : "今回は何も書きませんでした。"),
  another: { dictation: "次の単語", cloze: "次の文", free: "もっと書く", own: "別の文" },
  history: "記録を見る",
  keep: "アカウントを作ると、忘れかけたころに同じ単語が復習に出ます。ここで書いたものも残ります。",
  signUp: "登録する",
};
