/* Header blocks as mail programs write them, by language. */
#include "lined.h"

static const struct {
  const char *language, *lines;
} blocks[] = {
    {"en", "From: Jane Doe\nSent: Tuesday, March 4, 2025 10:11 AM\nTo: Bob Ray\nSubject: Prices"},
    {"en new Outlook", "From: Jane Doe <jane@acme.example>\nDate: Tuesday, 4 March 2025 at 10:11\nTo: Bob Ray <bob@b.example>\nSubject: Re: Prices"},
    {"de", "Von: Jane Doe\nGesendet: Dienstag, 4. März 2025 10:11\nAn: Bob Ray\nCc: Ann Lee\nBetreff: Preise"},
    {"fr", "De : Jane Doe\nEnvoyé : mardi 4 mars 2025 10:11\nÀ : Bob Ray\nObjet : Prix"},
    {"es", "De: Jane Doe\nEnviado: martes, 4 de marzo de 2025 10:11\nPara: Bob Ray\nAsunto: Precios"},
    {"es 2", "De: Jane Doe\nEnviado el: martes, 4 de marzo de 2025 10:11\nPara: Bob Ray\nCC: Ann Lee\nAsunto: RE: Precios"},
    {"pt", "De: Jane Doe\nEnviado: 4 de março de 2025 10:11\nPara: Bob Ray\nAssunto: Preços"},
    {"it", "Da: Jane Doe\nInviato: martedì 4 marzo 2025 10:11\nA: Bob Ray\nOggetto: Prezzi"},
    {"nl", "Van: Jane Doe\nVerzonden: dinsdag 4 maart 2025 10:11\nAan: Bob Ray\nOnderwerp: Prijzen"},
    {"sv", "Från: Jane Doe\nSkickat: den 4 mars 2025 10:11\nTill: Bob Ray\nÄmne: Priser"},
    {"da", "Fra: Jane Doe\nSendt: 4. marts 2025 10:11\nTil: Bob Ray\nEmne: Priser"},
    {"no", "Fra: Jane Doe\nSendt: tirsdag 4. mars 2025 10:11\nTil: Bob Ray\nEmne: Priser"},
    {"fi", "Lähettäjä: Jane Doe\nLähetetty: tiistai 4. maaliskuuta 2025 10.11\nVastaanottaja: Bob Ray\nAihe: Hinnat"},
    {"pl", "Od: Jane Doe\nWysłano: wtorek, 4 marca 2025 10:11\nDo: Bob Ray\nTemat: Ceny"},
    {"cs", "Od: Jane Doe\nOdesláno: úterý 4. března 2025 10:11\nKomu: Bob Ray\nPředmět: Ceny"},
    {"sk", "Od: Jane Doe\nOdoslané: utorok 4. marca 2025 10:11\nKomu: Bob Ray\nPredmet: Ceny"},
    {"hu", "Feladó: Jane Doe\nElküldve: 2025. március 4., kedd 10:11\nCímzett: Bob Ray\nTárgy: Árak"},
    {"ro", "De la: Jane Doe\nTrimis: marți, 4 martie 2025 10:11\nCătre: Bob Ray\nSubiect: Prețuri"},
    {"tr", "Kimden: Jane Doe\nGönderildi: 4 Mart 2025 Salı 10:11\nKime: Bob Ray\nKonu: Fiyatlar"},
    {"el", "Από: Jane Doe\nΣτάλθηκε: Τρίτη, 4 Μαρτίου 2025 10:11\nΠρος: Bob Ray\nΘέμα: Τιμές"},
    {"ru", "От: Jane Doe\nОтправлено: 4 марта 2025 г. 10:11\nКому: Bob Ray\nТема: Цены"},
    {"uk", "Від: Jane Doe\nНадіслано: 4 березня 2025 р. 10:11\nКому: Bob Ray\nТема: Ціни"},
    {"bg", "От: Jane Doe\nИзпратено: вторник, 4 март 2025 г. 10:11\nДо: Bob Ray\nОтносно: Цени"},
    {"hr", "Šalje: Jane Doe\nPoslano: 4. ožujka 2025. 10:11\nPrima: Bob Ray\nPredmet: Cijene"},
    {"sl", "Od: Jane Doe\nPoslano: torek, 4. marec 2025 10:11\nZa: Bob Ray\nZadeva: Cene"},
    {"sr", "Шаље: Jane Doe\nПослато: 4. март 2025. 10:11\nПрима: Bob Ray\nТема: Цене"},
    {"et", "Kellelt: Jane Doe\nSaatmisaeg: teisipäev, 4. märts 2025 10:11\nKellele: Bob Ray\nTeema: Hinnad"},
    {"lv", "No: Jane Doe\nNosūtīts: otrdiena, 2025. gada 4. marts 10:11\nKam: Bob Ray\nTēma: Cenas"},
    {"lt", "Nuo: Jane Doe\nIšsiųsta: 2025 m. kovo 4 d. 10:11\nKam: Bob Ray\nTema: Kainos"},
    {"ja", "差出人: Jane Doe\n送信日時: 2025年3月4日 10:11\n宛先: Bob Ray\n件名: 価格"},
    {"zh", "发件人: Jane Doe\n发送时间: 2025年3月4日 10:11\n收件人: Bob Ray\n主题: 价格"},
    {"zh full width", "寄件者：Jane Doe\n寄件日期：2025年3月4日 10:11\n收件者：Bob Ray\n主旨：價格"},
    {"ko", "보낸 사람: Jane Doe\n보낸 날짜: 2025년 3월 4일 화요일 10:11\n받는 사람: Bob Ray\n제목: 가격"},
    {"ar", "من: Jane Doe\nتم الإرسال: 4/3/2025 10:11\nإلى: Bob Ray\nالموضوع: الأسعار"},
    {"he", "מאת: Jane Doe\nנשלח: 4/3/2025 10:11\nאל: Bob Ray\nנושא: מחירים"},
    {"th", "จาก: Jane Doe\nส่งเมื่อ: 4/3/2025 10:11\nถึง: Bob Ray\nเรื่อง: ราคา"},
    {"vi", "Từ: Jane Doe\nĐã gửi: 4/3/2025 10:11\nĐến: Bob Ray\nChủ đề: Giá"},
    {"id", "Dari: Jane Doe\nDikirim: 4 Maret 2025 10:11\nKepada: Bob Ray\nPerihal: Harga"},
    {"list of recipients over lines", "From: Jane Doe\nSent: 4 March 2025 10:11\nTo: Bob Ray <bob@b.example>;\nAnn Lee <ann@b.example>;\nSam Fox <sam@b.example>\nSubject: Prices"},
    {"paragraph a header", "From: Jane Doe\n\nSent: 4 March 2025 10:11\n\nTo: Bob Ray\n\nSubject: Prices"},
};

static void check(const char *language, const char *above, const char *lines, char letter) {
  struct arena *arena = arena_new();
  struct sbuf plain = {.arena = arena};
  sbuf_printf(&plain, "%s%s\n\nCould you send them again?\nJane\n", above, lines);
  struct text text;
  struct zones zones;
  text_read(arena, sbuf_span(&plain), &text);
  zone_find(arena, &text, &(struct zone_hints){0}, &zones);
  size_t first = above[0] ? 2 : 0;
  if (first) cr_expect_eq(zone_letter(&zones, 0), 'b', "%s: own text", language);
  for (size_t i = first; i < text.n_lines; i++)
    if (text.lines[i].end > text.lines[i].start)
      cr_expect_eq(zone_letter(&zones, text.lines[i].start), letter, "%s: line %zu", language, i);
  if (letter == 'f')
    cr_expect(span_eq(zones.forwarded_from.name, SPAN_LIT("Jane Doe")),
              "%s: forwarded from '" SPAN_FMT "'", language, SPAN_ARG(zones.forwarded_from.name));
  arena_free(arena);
}

Test(headers, below_own_words_are_a_quote) {
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
    check(blocks[i].language, "The list is attached, tell me what you think.\n\n", blocks[i].lines, 'q');
}

Test(headers, on_top_are_a_forward_with_its_sender) {
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
    check(blocks[i].language, "", blocks[i].lines, 'f');
}

Test(headers, under_a_line_that_names_the_original) {
  static const char *const lines[] = {
      "-----Original Message-----", "-------- Original Message --------",
      "-----Ursprüngliche Nachricht-----", "-------- Weitergeleitete Nachricht",
      "-----Message d'origine-----", "-----Mensaje original-----", "-----Mensagem original-----",
      "-----Messaggio originale-----", "-----Oorspronkelijk bericht-----",
      "-----Ursprungligt meddelande-----", "-----Oprindelig meddelelse-----",
      "-----Opprinnelig melding-----", "-----Alkuperäinen viesti-----",
      "-----Oryginalna wiadomość-----", "-----Původní zpráva-----", "-----Pôvodná správa-----",
      "-----Eredeti üzenet-----", "-----Mesaj original-----", "-----Özgün İleti-----",
      "-----Αρχικό μήνυμα-----", "-----Исходное сообщение-----", "-----Оригінальне повідомлення-----",
      "-----Оригинално съобщение-----", "-----Izvorna poruka-----", "-----Izvirno sporočilo-----",
      "-----Algne sõnum-----", "-----Pradinis pranešimas-----", "-----元のメッセージ-----",
      "-----邮件原件-----", "-----原始郵件-----", "-----원본 메시지-----",
  };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    if (i == 3) continue; /* a forward: test_forwards.c */
    check(lines[i], "The list is attached, tell me what you think.\n\n", lines[i], 'q');
  }
}
