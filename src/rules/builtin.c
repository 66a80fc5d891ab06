#include "rules/pattern.h"

/* Amounts as folding leaves them: "$40,000.50", "40k", "40.000€", "eur 40k", "40 grand". */
#define NUMBER "\\d(?:[\\w.,'-]*\\w)?"
#define CURRENCY_WORD                                                                          \
  "(?:eur|euros?|usd|dollars?|gbp|pounds?(?: sterling)?|quid|bucks|chf|francs?|franken|sek|"   \
  "nok|dkk|kr(?:oner|onor)?|pln|zł|czk|inr|rupees?|rs|cad|aud|nzd|jpy|yen|brl|reais|real)"
#define SCALE_WORD                                                                          \
  "(?:k|grand|thousand|million|m|mio|mille|mila|tausend|duizend|mil|milhões|millones|milioni)"
#define NUMBER_WORD                                                                           \
  "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|"       \
  "thirty|forty|fifty|sixty|seventy|eighty|ninety|(?:a |one |two |few )?hundred)"
#define MONEY                                                                               \
  "(?:[€$£¥]" NUMBER "|\\d[\\d.,'-]*(?:k|m|mn|bn)?[€$£¥]|\\d[\\d.,-]*(?:k|mn|bn)(?!\\w)|"    \
  "(?:eur|usd|gbp|chf|us\\$) ?" NUMBER "|" NUMBER "(?: " SCALE_WORD ")? " CURRENCY_WORD     \
  "(?!\\w)|" NUMBER " (?:grand|thousand|million|mio|tausend)(?!\\w)|(?:a|" NUMBER_WORD        \
  ")(?: " NUMBER_WORD ")?(?: (?:grand|thousand|million|k))?(?: " CURRENCY_WORD ")(?!\\w)|"   \
  "(?:a|" NUMBER_WORD ")(?: " NUMBER_WORD ")? (?:grand|thousand|million)(?!\\w))"

#define MONTH_ALTERNATIVES                                                                    \
  "(?:jan(?:uary|uar|vier|ner|eiro)?|feb(?:ruary|ruar)?|mar(?:ch|s|zo|ço)?|märz|maart|apr(?:il|ile)?|" \
  "avril|abril|may|mai|mei|maggio|mayo|maio|jun[ei]?|juni|juin|junio|junho|giugno|jul[yi]?|juli|" \
  "juillet|julio|julho|luglio|aug(?:ust)?|août|agosto|sept?(?:ember|embre|iembre|tember|tembre)?|" \
  "setembro|settembre|o[ck]t(?:ober|obre)?|octubre|outubro|ottobre|nov(?:ember|embre|iembre|embro)?|" \
  "de[cz](?:ember|embre|embro)?|décembre|diciembre|dezembro|dicembre)"
#define WEEKDAY_ALTERNATIVES                                                                  \
  "(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|thurs|fri)(?!\\w)|montag|"   \
  "dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|" \
  "lunes|martes|miércoles|jueves|viernes|maandag|dinsdag|woensdag|donderdag|vrijdag|"         \
  "lunedì|martedì|mercoledì|giovedì|venerdì|segunda|terça|quarta|quinta|sexta"
#define DATE                                                                                   \
  "(?:\\d{1,2}(?:st|nd|rd|th|\\.)? (?:of )?" MONTH_ALTERNATIVES "(?!\\w)(?:,? \\d{4})?|"        \
  MONTH_ALTERNATIVES " \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?(?!\\w)|"                          \
  "\\d{1,4}[./-]\\d{1,2}(?:[./-]\\d{2,4})?(?!\\w)|"                                             \
  "(?:(?:next|this|last|early|mid|late|end of) )*(?:" WEEKDAY_ALTERNATIVES "|" MONTH_ALTERNATIVES \
  ")(?!\\w)|q[1-4](?: \\d{4})?|h[12](?: \\d{4})?|"                                              \
  "(?:the )?(?:end|start|beginning|middle) of (?:the |this |next )?(?:day|week|month|quarter|"  \
  "year)|(?:this|next|coming) (?:week|month|quarter|year|spring|summer|autumn|fall|winter)|"    \
  "(?:month|quarter|year) end|today|tonight|tomorrow|heute|morgen|demain|mañana|amanhã|domani)"

/* A word with a capital, and up to two more; the callout looks at how it was written. */
#define PERSON "(?C1)\\p{L}[\\p{L}.'-]*(?: (?C1)\\p{L}[\\p{L}'-]*){0,2}"

static const struct builtin_class classes[] = {
    {SPAN_INIT("we"), SPAN_INIT("en"), "we us our ours i me my mine ourselves myself", NULL},
    {SPAN_INIT("we"), SPAN_INIT("de"),
     "wir uns unser unsere unseren unserem unserer unseres ich mich mir mein meine meinen meinem "
     "meiner", NULL},
    {SPAN_INIT("we"), SPAN_INIT("fr"), "nous on je j' moi me m' notre nos mon ma mes", NULL},
    {SPAN_INIT("we"), SPAN_INIT("es"),
     "nosotros nosotras nos nuestro nuestra nuestros nuestras yo me mi mis", NULL},
    {SPAN_INIT("we"), SPAN_INIT("pt"),
     "nós nos nosso nossa nossos nossas eu me meu minha meus minhas", NULL},
    {SPAN_INIT("we"), SPAN_INIT("it"),
     "noi ci nostro nostra nostri nostre io mi mio mia miei mie", NULL},
    {SPAN_INIT("we"), SPAN_INIT("nl"), "we wij ons onze ik me mij mijn", NULL},
    {SPAN_INIT("you"), SPAN_INIT("en"), "you your yours u ya yourself yourselves", NULL},
    {SPAN_INIT("you"), SPAN_INIT("de"),
     "sie ihnen ihr ihre ihren ihrem ihrer ihres du dich dir dein deine euch euer eure eurem",
     NULL},
    {SPAN_INIT("you"), SPAN_INIT("fr"), "vous votre vos tu te t' toi ton ta tes", NULL},
    {SPAN_INIT("you"), SPAN_INIT("es"),
     "usted ustedes le les su sus vosotros vosotras os vuestro vuestra tú te tu tus", NULL},
    {SPAN_INIT("you"), SPAN_INIT("pt"),
     "você vocês vos seu sua seus suas lhe lhes tu te teu tua", NULL},
    {SPAN_INIT("you"), SPAN_INIT("it"),
     "voi vi lei le vostro vostra vostri vostre suo sua tu ti tuo tua", NULL},
    {SPAN_INIT("you"), SPAN_INIT("nl"), "u uw je jij jou jouw jullie", NULL},
    {SPAN_INIT("weekday"), {0}, NULL, "(?:" WEEKDAY_ALTERNATIVES ")"},
    {SPAN_INIT("month"), {0}, NULL, MONTH_ALTERNATIVES},
    {SPAN_INIT("money"), {0}, NULL, MONEY},
    {SPAN_INIT("date"), {0}, NULL, DATE},
    {SPAN_INIT("number"), {0}, NULL,
     "(?:" NUMBER "|" NUMBER_WORD "(?: (?:hundred|thousand|dozen|" NUMBER_WORD "))?|"
     "(?:a |couple of )?(?:dozen|couple))"},
    {SPAN_INIT("person"), {0}, NULL, PERSON},
};
enum { N_CLASSES = sizeof classes / sizeof *classes };

const struct builtin_class *builtin_find(struct span name, const char *language) {
  struct span code = language[0] ? span_of(language) : SPAN_LIT("en");
  for (size_t i = 0; i < N_CLASSES; i++) {
    bool fits = !classes[i].words || span_eq(classes[i].language, code);
    if (fits && span_eq(classes[i].name, name)) return &classes[i];
  }
  return NULL;
}

size_t builtin_names(struct span *names, size_t max) {
  size_t n = 0;
  for (size_t i = 0; i < N_CLASSES && n < max; i++) names[n++] = classes[i].name;
  return n;
}
