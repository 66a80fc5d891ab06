#include <criterion/criterion.h>

#include "mailsignal/text.h"

Test(text_language, tells_languages_by_their_frequent_words) {
  static const struct {
    const char *text, *language;
  } rows[] = {
      {"Could you send us the quote for the new seats? We need it by Friday.", "en"},
      {"Wir haben die Rechnung noch nicht bekommen und bitten um Antwort.", "de"},
      {"Nous avons bien reçu votre offre et nous vous remercions pour les détails.", "fr"},
      {"Hemos recibido la oferta y queremos saber si hay descuento para el próximo año.", "es"},
      {"Recebemos a proposta, mas não está claro qual é o prazo para a entrega.", "pt"},
      {"Abbiamo ricevuto la fattura ma non è corretta, potete inviarne una nuova?", "it"},
      {"Wij hebben de factuur nog niet ontvangen, kunt u deze alsnog sturen?", "nl"},
      {"Vi har inte fått fakturan och undrar när den kommer till oss.", "sv"},
      {"Nie otrzymaliśmy jeszcze faktury, czy może Pan ją przesłać do nas dzisiaj?", "pl"},
      {"Emme ole vielä saaneet laskua, ja se on jo myöhässä. Kiitos!", "fi"},
      {"HABEN SIE UNSERE BESTELLUNG VOM MONTAG NOCH NICHT ERHALTEN? ÜBER DAS PORTAL", "de"},
      {"", ""},
      {"12345 67890", ""},
      {"Initech", ""},
      {"OK!", ""},
  };
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    cr_assert_str_eq(text_language(span_of(rows[r].text)), rows[r].language, "row %zu", r);
}

Test(text_language, does_not_read_past_the_end) {
  /* A letter of two bytes cut in half at the end of the span. */
  char text[] = "wir und die \xC3\x9F";
  cr_assert_str_eq(text_language((struct span){text, sizeof text - 2}), "de");
}
