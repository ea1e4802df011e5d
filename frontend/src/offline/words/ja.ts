import type { Words } from "./en";

export const words: Words = {
  offline: "接続がありません。このまま書き続けられます。採点したものはここに保存され、あとで読み取られます。",
  kept: (count) => `${count}字をここに保存しています。接続が戻りしだい、書いた順に送ります。`,
  sending: (count) => `${count}字を送っています…`,
  lost: (count) => `${count}字がまだ送られていません。今ログアウトすると失われます。`,
  anothers: (count) => `${count}字をここに保存しています。書いた方がもう一度ログインすると送ります。`,
  signIn: "ログイン",
  sentAnybodys: "ログインする前にここで書かれたものを送りました。",
  claim: "ご自分で書いたものですか？",
  refused: (why) => `ここに保存していた1字は受け付けられませんでした：${why}`,
  sent: "保存していたものは、すべて送りました。",
  sendNow: "今すぐ送る",
};
