#include "mail/class.h"

#include <unicode/uchar.h>

#include "mailsignal/utf8.h"

/* Subjects of automatic answers. `whole`: people write these words too, so that they count only
 * when a colon follows or nothing does. */
static const struct phrase {
  const char *text;
  bool whole;
} reply_subjects[] = {
    {"automatic reply", false},
    {"automatic response", false},
    {"auto reply", false},
    {"auto-reply", false},
    {"autoreply", false},
    {"auto response", false},
    {"auto-response", false},
    {"autoresponse", false},
    {"out of office", true},
    {"out of the office", true},
    {"out-of-office", true},
    {"ooo", true},
    {"out of office autoreply", false},
    {"out of office reply", false},
    {"away from my mail", false},
    {"vacation reply", false},
    {"abwesenheitsnotiz", false},
    {"abwesenheitsmeldung", false},
    {"abwesenheitsbenachrichtigung", false},
    {"abwesenheitsassistent", false},
    {"automatische antwort", false},
    {"abwesend", true},
    {"abwesenheit", true},
    {"nicht im büro", true},
    {"réponse automatique", false},
    {"reponse automatique", false},
    {"message d'absence", false},
    {"notification d'absence", false},
    {"absence du bureau", true},
    {"absent du bureau", true},
    {"absence", true},
    {"respuesta automática", false},
    {"respuesta automatica", false},
    {"fuera de la oficina", true},
    {"fuera de oficina", true},
    {"ausente de la oficina", true},
    {"resposta automática", false},
    {"resposta automatica", false},
    {"ausência temporária", false},
    {"fora do escritório", true},
    {"ausente do escritório", true},
    {"risposta automatica", false},
    {"fuori sede", true},
    {"fuori ufficio", true},
    {"assente dall'ufficio", true},
    {"automatisch antwoord", false},
    {"automatische beantwoording", false},
    {"afwezigheidsbericht", false},
    {"afwezig", true},
    {"afwezigheid", true},
    {"automatiskt svar", false},
    {"automatisk svar", false},
    {"autosvar", false},
    {"frånvaromeddelande", false},
    {"frånvarande", true},
    {"fraværende", true},
    {"automaattinen vastaus", false},
    {"poissa", true},
    {"odpowiedź automatyczna", false},
    {"automatyczna odpowiedź", false},
    {"autoodpowiedź", false},
    {"poza biurem", true},
    {"automatická odpověď", false},
    {"mimo kancelář", true},
    {"automatikus válasz", false},
    {"răspuns automat", false},
    {"otomatik yanıt", false},
    {"αυτόματη απάντηση", false},
    {"автоматический ответ", false},
    {"автоответ", false},
    {"вне офиса", true},
    {"автоматична відповідь", false},
    {"自動返信", false},
    {"自動応答", false},
    {"自动回复", false},
    {"自動回覆", false},
    {"자동 회신", false},
    {"자동 응답", false},
};

static const struct phrase bounce_subjects[] = {
    {"undelivered mail", false},
    {"undeliverable", false},
    {"undeliverable mail", false},
    {"delivery status notification", false},
    {"mail delivery failed", false},
    {"mail delivery failure", false},
    {"mail delivery system", false},
    {"delivery failure", false},
    {"delivery has failed", false},
    {"delivery delayed", false},
    {"delivery notification", false},
    {"failure notice", false},
    {"returned mail", false},
    {"mail system error", false},
    {"message delivery failure", false},
    {"warning: could not send message", false},
    {"warning: message", false},
    {"unzustellbar", false},
    {"unzustellbare", false},
    {"zustellung fehlgeschlagen", false},
    {"non remis", false},
    {"non distribuable", false},
    {"no se puede entregar", false},
    {"no entregado", false},
    {"não é possível entregar", false},
    {"não entregue", false},
    {"impossibile recapitare", false},
    {"non recapitabile", false},
    {"onbestelbaar", false},
    {"olevererbart", false},
    {"nie można dostarczyć", false},
};

/* True when `subject` begins with the phrase, whatever the case, on a word border. */
static bool begins_with(struct span subject, const struct phrase *phrase) {
  struct span want = span_of(phrase->text);
  size_t at = 0;
  for (size_t k = 0; k < want.len;) {
    if (at >= subject.len) return false;
    uint32_t expected = utf8_next(want, &k), found = utf8_next(subject, &at);
    if (found == 0x2019) found = '\'';
    if (found == UTF8_INVALID || (uint32_t)u_tolower((UChar32)found) != expected) return false;
  }
  struct span rest = span_from(subject, at);
  if (rest.len == 0) return true;
  if (phrase->whole) {
    rest = span_trim(rest);
    return rest.len == 0 || rest.ptr[0] == ':' || span_starts(rest, SPAN_LIT("\xEF\xBC\x9A"));
  }
  return !ascii_is_alnum(rest.ptr[0]);
}

static bool is_one_of(struct span subject, const struct phrase *phrases, size_t n) {
  subject = span_trim(subject);
  for (size_t i = 0; i < n; i++)
    if (begins_with(subject, &phrases[i])) return true;
  return false;
}
#define IS_ONE_OF(subject, phrases) is_one_of(subject, phrases, sizeof(phrases) / sizeof *(phrases))

/* Local parts as they look without their separators: "no-reply", "no.reply", "noreply-billing". */
static const struct span machine_prefixes[] = {
    SPAN_INIT("noreply"),          SPAN_INIT("donotreply"),     SPAN_INIT("dontreply"),
    SPAN_INIT("noanswer"),         SPAN_INIT("nepasrepondre"),  SPAN_INIT("nichtantworten"),
    SPAN_INIT("keineantwort"),     SPAN_INIT("noresponder"),    SPAN_INIT("noresponda"),
    SPAN_INIT("naoresponda"),      SPAN_INIT("naoresponder"),   SPAN_INIT("nonrispondere"),
    SPAN_INIT("nietbeantwoorden"), SPAN_INIT("nietantwoorden"), SPAN_INIT("svarinte"),
    SPAN_INIT("ikkesvar"),
};

/* Words between the separators . - _ + of a local part. */
static const struct span machine_words[] = {
    SPAN_INIT("noreply"),       SPAN_INIT("notification"),   SPAN_INIT("notifications"),
    SPAN_INIT("notify"),        SPAN_INIT("notifier"),       SPAN_INIT("alert"),
    SPAN_INIT("alerts"),        SPAN_INIT("automated"),      SPAN_INIT("autoreply"),
    SPAN_INIT("autoresponder"), SPAN_INIT("mailer"),         SPAN_INIT("daemon"),
    SPAN_INIT("cron"),          SPAN_INIT("robot"),          SPAN_INIT("bounces"),
    SPAN_INIT("bounce"),        SPAN_INIT("postmaster"),     SPAN_INIT("benachrichtigung"),
    SPAN_INIT("notificacion"),  SPAN_INIT("notificaciones"), SPAN_INIT("notificacoes"),
    SPAN_INIT("notifiche"),
};

static struct span local_part(struct span address) {
  return span_slice(address, 0, span_find_byte(address, '@', 0));
}

static bool is_separator(char c) { return c == '.' || c == '-' || c == '_' || c == '+'; }

static bool is_bounce_sender(struct span local) {
  return span_istarts(local, SPAN_LIT("mailer-daemon")) ||
         span_istarts(local, SPAN_LIT("mailerdaemon")) ||
         span_istarts(local, SPAN_LIT("mail-daemon")) || span_ieq(local, SPAN_LIT("postmaster"));
}

static bool is_machine_word(struct span word) {
  for (size_t i = 0; i < sizeof machine_words / sizeof *machine_words; i++)
    if (span_ieq(word, machine_words[i])) return true;
  return false;
}

static bool is_machine(struct span local) {
  char joined[64];
  size_t n = 0, start = 0;
  for (size_t i = 0; i < local.len && n < sizeof joined; i++)
    if (!is_separator(local.ptr[i])) joined[n++] = local.ptr[i];
  for (size_t i = 0; i < sizeof machine_prefixes / sizeof *machine_prefixes; i++)
    if (span_istarts((struct span){joined, n}, machine_prefixes[i])) return true;
  for (size_t i = 0; i <= local.len; i++) {
    if (i < local.len && !is_separator(local.ptr[i])) continue;
    if (is_machine_word(span_slice(local, start, i))) return true;
    start = i + 1;
  }
  return false;
}

/* The word a header value begins with: "auto-replied (vacation)" gives "auto-replied". */
static struct span first_word(struct span value) {
  value = span_trim(value);
  size_t n = 0;
  while (n < value.len && !ascii_is_space(value.ptr[n]) && value.ptr[n] != ';' &&
         value.ptr[n] != '(')
    n++;
  return span_slice(value, 0, n);
}

static bool says(const struct header *header, enum header_id id, const char *word) {
  return header_has(header, id) && span_ieq(first_word(header->first[id]), span_of(word));
}

static bool has_any(const struct header *header, const enum header_id *ids, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (header_has(header, ids[i])) return true;
  return false;
}

static bool is_bulk(const struct header *header) {
  static const enum header_id signs[] = {
      HEADER_LIST_ID,        HEADER_LIST_POST,     HEADER_LIST_UNSUBSCRIBE, HEADER_LIST_HELP,
      HEADER_LIST_SUBSCRIBE, HEADER_LIST_ARCHIVE,  HEADER_LIST_OWNER,       HEADER_FEEDBACK_ID,
      HEADER_X_CAMPAIGN,     HEADER_X_CAMPAIGN_ID, HEADER_X_CAMPAIGNID,     HEADER_X_MAILING_LIST,
      HEADER_MAILING_LIST};
  return has_any(header, signs, sizeof signs / sizeof *signs) ||
         says(header, HEADER_PRECEDENCE, "bulk") || says(header, HEADER_PRECEDENCE, "list") ||
         says(header, HEADER_PRECEDENCE, "junk");
}

static bool is_null_return_path(const struct header *header) {
  struct span path = header->first[HEADER_RETURN_PATH];
  return header_has(header, HEADER_RETURN_PATH) && span_eq(span_trim(path), SPAN_LIT("<>"));
}

static bool is_automatic(const struct header *header) {
  return header_has(header, HEADER_AUTO_SUBMITTED) && !says(header, HEADER_AUTO_SUBMITTED, "no");
}

static bool is_auto_reply(const struct header *header, struct span subject) {
  return says(header, HEADER_AUTO_SUBMITTED, "auto-replied") ||
         (header_has(header, HEADER_X_AUTOREPLY) && !says(header, HEADER_X_AUTOREPLY, "no")) ||
         header_has(header, HEADER_X_AUTORESPOND) ||
         says(header, HEADER_PRECEDENCE, "auto_reply") || IS_ONE_OF(subject, reply_subjects);
}

/* What the structure says; MAIL_PERSON when it says nothing. Attached messages are passed over. */
static enum mail_class class_of_parts(const struct tree *tree) {
  const struct part *root = &tree->items[0];
  if (part_is(root, "multipart/report")) {
    if (span_ieq(root->report_type, SPAN_LIT("disposition-notification"))) return MAIL_AUTO_REPLY;
    if (span_ieq(root->report_type, SPAN_LIT("feedback-report"))) return MAIL_SYSTEM;
    return MAIL_BOUNCE;
  }
  for (size_t i = 0; i < tree->n;) {
    const struct part *part = &tree->items[i];
    if (part_is(part, "message/delivery-status")) return MAIL_BOUNCE;
    if (part_is(part, "text/calendar") && part->method.len &&
        !span_ieq(part->method, SPAN_LIT("publish")))
      return MAIL_CALENDAR;
    i = part_is(part, "message/rfc822") ? part->end : i + 1;
  }
  return part_is(root, "text/calendar") ? MAIL_CALENDAR : MAIL_PERSON;
}

enum mail_class class_find(const struct header *header, const struct tree *tree,
                           const struct mail *mail) {
  enum mail_class by_parts = class_of_parts(tree);
  if (by_parts != MAIL_PERSON) return by_parts;
  struct span local = local_part(mail->from.address);
  bool null_path = is_null_return_path(header);
  if (header_has(header, HEADER_X_FAILED_RECIPIENTS)) return MAIL_BOUNCE;
  bool from_postmaster = is_bounce_sender(local);
  if ((from_postmaster || null_path) && IS_ONE_OF(mail->subject, bounce_subjects))
    return MAIL_BOUNCE;
  if (from_postmaster && null_path) return MAIL_BOUNCE;
  if (is_auto_reply(header, mail->subject)) return MAIL_AUTO_REPLY;
  if (is_bulk(header)) return MAIL_BULK;
  if (is_automatic(header) || is_machine(local) || from_postmaster ||
      header_has(header, HEADER_X_AUTOGENERATED))
    return MAIL_SYSTEM;
  if (null_path) return header_has(header, HEADER_IN_REPLY_TO) ? MAIL_AUTO_REPLY : MAIL_BOUNCE;
  return MAIL_PERSON;
}
