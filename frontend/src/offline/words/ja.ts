/** The same in Japanese. */

import type { Waiting } from "../outbox";
import type { Words } from "./en";

const number = new Intl.NumberFormat("ja").format;
const things = ({ attempts, lines }: Waiting): string =>
  [attempts && `${number(attempts)}字`, lines && `${number(lines)}行`].filter(Boolean).join("と");

export const words: Words = {
  offline: "接続がありません。このまま書き続けられます。書いた字はこの端末に保存され、あとで採点されます。",
  waiting: (what) => `${things(what)}をこの端末に保存しています。オンラインに戻ると送信されます。`,
  sending: (what) => `${things(what)}を送信しています…`,
  unsentAtSignOut: (what) => `${things(what)}がまだ送信されていません。今ログアウトすると失われます。`,
  waitingOfOthers: (what) =>
    `${things(what)}をこの端末に保存しています。書いた人がもう一度ログインすると送信されます。`,
  signIn: "ログイン",
  guestAttemptsSent: "ログインする前にここで書かれた字を送信しました。",
  claim: "ご自分で書いた字ですか？",
  refused: (why) => `この端末に保存していた字が受け付けられませんでした：${why}`,
  whichWereMeant: (count) =>
    `あとから送信した字が${number(count)}字あります。どの字を書いたか選んでください。`,
  choose: "選ぶ",
  sent: "保存していた字をすべて送信しました。",
  sendNow: "今すぐ送信",
};
