/* Each attribution is tried before text without quote marks, where only its own words tell, and
 * before quoted lines. */
#include "lined.h"

static const struct {
  const char *language, *lines;
} rows[] = {
    {"en Gmail", "On Tue, Mar 4, 2025 at 10:11 AM Jane Doe <jane@acme.example> wrote:"},
    {"en Gmail UK", "On Tue, 4 Mar 2025 at 10:11, Jane Doe <jane@acme.example> wrote:"},
    {"en Apple", "On 4 Mar 2025, at 10:11, Jane Doe <jane@acme.example> wrote:"},
    {"en Apple, name only", "On Mar 4, 2025, at 10:11 AM, Jane Doe wrote:"},
    {"en Thunderbird", "On 04/03/2025 10:11, Jane Doe wrote:"},
    {"en Evolution", "On Tue, 2025-03-04 at 10:11 +0100, Jane Doe wrote:"},
    {"en Yahoo", "On Tuesday, March 4, 2025 at 10:11:12 AM EST, Jane Doe <jane@acme.example> wrote:"},
    {"en Proton", "On Tuesday, March 4th, 2025 at 10:11, Jane Doe <jane@acme.example> wrote:"},
    {"en old Yahoo", "--- On Tue, 3/4/25, 10:11, Jane Doe <jane@acme.example> wrote:"},
    {"en Outlook for Mac", "On 3/4/25, 10:11 AM, \"Jane Doe\" <jane@acme.example> wrote:"},
    {"en Zoho", "---- On Tue, 04 Mar 2025 10:11:12 +0100 Jane Doe <jane@acme.example> wrote ----:"},
    {"en Gmail without verb", "Tue, 4 Mar 2025, 10:11 Jane Doe <jane@acme.example>:"},
    {"en wrapped", "On Tue, Mar 4, 2025 at 10:11 AM\nJane Doe <jane@acme.example>\nwrote:"},
    {"de Gmail", "Am Di., 4. März 2025 um 10:11 Uhr schrieb Jane Doe <jane@acme.example>:"},
    {"de Thunderbird", "Am 04.03.25 um 10:11 schrieb Jane Doe:"},
    {"de Apple", "Am 04.03.2025 um 10:11 schrieb Jane Doe <jane@acme.example>:"},
    {"de GMX", "Gesendet: Dienstag, 4. März 2025 um 10:11 Uhr\nVon: Jane <jane@acme.example>\nAn: bob@b.example\nBetreff: Preise"},
    {"de name first", "Jane Doe <jane@acme.example> schrieb am Di., 4. März 2025, 10:11:"},
    {"fr Gmail", "Le mar. 4 mars 2025 à 10:11, Jane Doe <jane@acme.example> a écrit :"},
    {"fr Thunderbird", "Le 04/03/2025 à 10:11, Jane Doe a écrit :"},
    {"fr wrapped", "Le mar. 4 mars 2025 à 10:11, Jane Doe\n<jane@acme.example> a\nécrit :"},
    {"es Gmail", "El mar, 4 mar 2025 a las 10:11, Jane Doe (<jane@acme.example>) escribió:"},
    {"es Apple", "El 4 mar 2025, a las 10:11, Jane Doe <jane@acme.example> escribió:"},
    {"pt Gmail", "Em ter., 4 de mar. de 2025 às 10:11, Jane Doe <jane@acme.example> escreveu:"},
    {"pt Portugal", "Jane Doe <jane@acme.example> escreveu no dia terça, 4/03/2025 à(s) 10:11:"},
    {"it Gmail", "Il giorno mar 4 mar 2025 alle ore 10:11 Jane Doe <jane@acme.example> ha scritto:"},
    {"it Thunderbird", "Il 04/03/2025 10:11, Jane Doe ha scritto:"},
    {"nl Gmail", "Op di 4 mrt 2025 om 10:11 schreef Jane Doe <jane@acme.example>:"},
    {"nl Apple", "Op 4 mrt. 2025, om 10:11 heeft Jane Doe <jane@acme.example> het volgende geschreven:"},
    {"sv Gmail", "Den tis 4 mars 2025 kl 10:11 skrev Jane Doe <jane@acme.example>:"},
    {"da Gmail", "Den tir. 4. mar. 2025 kl. 10.11 skrev Jane Doe <jane@acme.example>:"},
    {"no Gmail", "tir. 4. mar. 2025 kl. 10:11 skrev Jane Doe <jane@acme.example>:"},
    {"fi Gmail", "ti 4. maalisk. 2025 klo 10.11 Jane Doe (jane@acme.example) kirjoitti:"},
    {"pl Gmail", "wt., 4 mar 2025 o 10:11 Jane Doe <jane@acme.example> napisał(a):"},
    {"pl Thunderbird", "W dniu 4.03.2025 o 10:11, Jane Doe pisze:"},
    {"cs Gmail", "út 4. 3. 2025 v 10:11 odesílatel Jane Doe <jane@acme.example> napsal:"},
    {"cs Thunderbird", "Dne 04.03.2025 v 10:11 Jane Doe napsal(a):"},
    {"sk Gmail", "ut 4. 3. 2025 o 10:11 Jane Doe <jane@acme.example> napísal(a):"},
    {"hu Gmail", "Jane Doe <jane@acme.example> ezt írta (időpont: 2025. márc. 4., K, 10:11):"},
    {"ro Gmail", "În mar., 4 mar. 2025 la 10:11, Jane Doe <jane@acme.example> a scris:"},
    {"tr Gmail", "Jane Doe <jane@acme.example>, 4 Mar 2025 Sal, 10:11 tarihinde şunu yazdı:"},
    {"el Gmail", "Στις Τρί 4 Μαρ 2025 στις 10:11 π.μ., ο χρήστης Jane Doe <jane@acme.example> έγραψε:"},
    {"ru Gmail", "вт, 4 мар. 2025 г. в 10:11, Jane Doe <jane@acme.example>:"},
    {"ru Thunderbird", "04.03.2025 10:11, Jane Doe <jane@acme.example> пишет:"},
    {"uk Gmail", "вт, 4 бер. 2025 р. о 10:11 Jane Doe <jane@acme.example> пише:"},
    {"bg Gmail", "На вт, 4.03.2025 г. в 10:11 Jane Doe <jane@acme.example> написа:"},
    {"hr Gmail", "uto, 4. ožu 2025. u 10:11 Jane Doe <jane@acme.example> napisao je:"},
    {"sl Gmail", "V V tor., 4. mar. 2025 ob 10:11 je oseba Jane Doe <jane@acme.example> napisala:"},
    {"et Gmail", "Kuupäev T, 4. märts 2025 kell 10:11 kirjutas Jane Doe <jane@acme.example>:"},
    {"lv Gmail", "otrd., 2025. g. 4. marts, plkst. 10:11 — lietotājs Jane Doe (<jane@acme.example>) rakstīja:"},
    {"lt Gmail", "2025-03-04, an, 10:11 Jane Doe <jane@acme.example> rašė:"},
    {"ja Gmail", "2025年3月4日(火) 10:11 Jane Doe <jane@acme.example>:"},
    {"ja Apple", "2025/03/04 10:11、Jane Doe <jane@acme.example>のメール:"},
    {"zh Gmail", "Jane Doe <jane@acme.example> 于2025年3月4日周二 10:11写道："},
    {"zh Gmail Taiwan", "Jane Doe <jane@acme.example> 於 2025年3月4日 週二 上午10:11寫道："},
    {"ko Gmail", "2025년 3월 4일 (화) 오전 10:11, Jane Doe <jane@acme.example>님이 작성:"},
    {"id Gmail", "Pada tanggal Sel, 4 Mar 2025 pukul 10.11 Jane Doe <jane@acme.example> menulis:"},
    {"vi Gmail", "Vào Th 3, 4 thg 3, 2025 vào lúc 10:11 Jane Doe <jane@acme.example> đã viết:"},
    {"ca Gmail", "Missatge de Jane Doe <jane@acme.example> del dia dt., 4 de març 2025 a les 10:11:"},
    {"he Gmail", "‫בתאריך יום ג׳, 4 במרץ 2025 ב-10:11 מאת ‪Jane Doe‬‏ <‪jane@acme.example‬‏>:‬"},
    {"iso date", "2025-03-04 10:11 GMT+01:00 Jane Doe <jane@acme.example>:"},
};

static void expect_quote(const char *language, const char *lines, const char *rest, char letter) {
  struct arena *arena = arena_new();
  struct sbuf plain = {.arena = arena};
  sbuf_printf(&plain, "We can do Tuesday at ten if you are in.\n\n%s\n\n%s\n", lines, rest);
  struct text text;
  struct zones zones;
  text_read(arena, sbuf_span(&plain), &text);
  zone_find(arena, &text, &(struct zone_hints){0}, &zones);
  cr_expect_eq(zone_letter(&zones, text.lines[0].start), 'b', "%s: own text", language);
  for (size_t i = 2; i < text.n_lines; i++)
    if (text.lines[i].end > text.lines[i].start)
      cr_expect_eq(zone_letter(&zones, text.lines[i].start), letter, "%s: line %zu '" SPAN_FMT "'",
                   language, i, SPAN_ARG(text_line(&text, i)));
  arena_free(arena);
}

Test(attributions, make_the_rest_a_quote_without_marks) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    expect_quote(rows[i].language, rows[i].lines, "Could we meet this week?\nJane", 'q');
}

Test(attributions, go_with_the_quoted_lines_they_introduce) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    expect_quote(rows[i].language, rows[i].lines, "> Could we meet this week?\n> Jane", 'q');
}

Test(attributions, of_quoted_lines_may_be_short) {
  static const char *const brief[] = {
      "Jane Doe wrote:", "Jane schrieb:", "Zitat von Jane Doe <jane@acme.example>:",
      "Quoting Jane Doe <jane@acme.example>:", "jane@acme.example wrote:",
      "Jane Doe writes:", "In article <123@acme.example>, Jane wrote:",
  };
  for (size_t i = 0; i < sizeof brief / sizeof *brief; i++)
    expect_quote(brief[i], brief[i], "> Could we meet this week?", 'q');
}
