#include "lined.h"

#define JANE "Jane Doe <jane.doe@acme.example>"
#define BODY "b The parts came in this morning and the count was right, thank you for that.\n\n"

Test(boilerplate, client_footers) {
  static const char *const footers[] = {
      "Sent from my iPhone", "Sent from my Samsung Galaxy smartphone.", "Get Outlook for Android",
      "Get Outlook for iOS", "Sent from Outlook for iOS", "Sent from Yahoo Mail for iPhone",
      "Sent from Mail for Windows", "Sent with Proton Mail secure email.",
      "Sent via the Samsung Galaxy S23, an AT&T 5G smartphone", "Sent from my mobile, excuse typos",
      "Von meinem iPhone gesendet", "Gesendet mit der GMX Mail App von meinem Handy",
      "Von meinem Samsung Galaxy Smartphone gesendet.", "Gesendet von Outlook für Android",
      "Envoyé de mon iPhone", "Envoyé depuis mon appareil Galaxy", "Téléchargez Outlook pour iOS",
      "Enviado desde mi iPhone", "Enviado desde mi Xiaomi", "Obtener Outlook para Android",
      "Enviado do meu iPhone", "Obter o Outlook para iOS", "Inviato da iPhone",
      "Inviato dal mio telefono Android", "Scarica Outlook per iOS", "Verzonden vanaf mijn iPhone",
      "Verstuurd vanaf mijn Samsung", "Outlook voor iOS downloaden", "Skickat från min iPhone",
      "Hämta Outlook för iOS", "Sendt fra min iPhone", "Hent Outlook til Android",
      "Lähetetty iPhonesta", "Wysłane z iPhone'a", "Pobierz aplikację Outlook dla systemu iOS",
      "Odesláno z iPhonu", "Odoslané z iPhonu", "Poslano s mojeg iPhonea", "Trimis de pe iPhone-ul meu",
      "iPhone'umdan gönderildi", "Στάλθηκε από το iPhone μου", "Отправлено с iPhone",
      "Надіслано з iPhone", "Изпратено от моя iPhone", "iPhoneから送信", "发自我的iPhone",
      "從我的 iPhone 傳送", "나의 iPhone에서 보냄", "Dikirim dari iPhone saya",
  };
  for (size_t i = 0; i < sizeof footers / sizeof *footers; i++) {
    struct arena *arena = arena_new();
    struct zones zones;
    struct span lines = arena_printf(arena, BODY "o Jane\n\np %s\n", footers[i]);
    lined_run(arena, &(struct lined_row){footers[i], JANE, lines.ptr}, &zones);
    arena_free(arena);
  }
}

Test(boilerplate, notices_below_the_text) {
  static const struct lined_row rows[] = {
      {"confidentiality after a signature", JANE,
       BODY
       "o Regards,\n"
       "s Jane Doe\n"
       "s Purchasing Manager | Acme Ltd\n"
       "s Tel 020 7946 0958\n\n"
       "p This email is confidential and intended solely for the use of the individual to whom it\n"
       "p is addressed. If you have received it in error, please delete it and notify the sender.\n"},
      {"right below the last line of the signature", JANE,
       BODY
       "o Thanks,\n"
       "s Jane Doe\n"
       "s Acme Ltd | 020 7946 0958\n"
       "p This message may contain confidential information. If you are not the intended recipient,\n"
       "p you must not read, copy or disclose it.\n"},
      {"environment under a rule", JANE,
       BODY
       "o Jane\n\n"
       "p ________________________________________\n"
       "p Please consider the environment. Acme: refer a friend and you both get 25 off!\n"},
      {"German", JANE,
       BODY
       "o Mit freundlichen Grüßen\n"
       "s Jane Doe\n"
       "s Einkauf\n"
       "s Acme GmbH, Tel. 030 1234567\n\n"
       "p Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn Sie\n"
       "p nicht der richtige Adressat sind, informieren Sie bitte sofort den Absender.\n"},
      {"French", JANE,
       BODY
       "o Cordialement,\n"
       "s Jane Doe\n"
       "s Responsable achats\n"
       "s Tél. : 04 78 24 82 80\n\n"
       "p Ce message est confidentiel. Si vous n'êtes pas le destinataire, merci de le détruire.\n"},
      {"Spanish", JANE,
       BODY
       "o Saludos,\n"
       "s Jane Doe\n"
       "s Jefa de Compras\n"
       "s Tel. 91 123 45 67\n\n"
       "p AVISO LEGAL: Este mensaje es confidencial y va dirigido exclusivamente a su destinatario.\n"},
      {"list footer", JANE,
       BODY
       "o Jane\n\n"
       "p _______________________________________________\n"
       "p Widgets mailing list\n"
       "p Widgets@lists.acme.example\n"
       "p https://lists.acme.example/mailman/listinfo/widgets\n"},
      {"list footer under a delimiter", JANE,
       BODY
       "o Jane\n\n"
       "p -- \n"
       "p Widget Users' Group: widgets@acme.example\n"
       "p https://lists.acme.example/mailman/listinfo/widgets for (un)subscription information.\n"},
      {"unsubscribe", JANE,
       BODY
       "o Jane\n\n"
       "p You are receiving this because you signed up at acme.example. Unsubscribe | Preferences\n"},
      {"virus scan", JANE,
       BODY
       "o Jane\n\n"
       "p This email has been checked for viruses by Avast antivirus software.\n"
       "p www.avast.com\n"},
  };
  LINED_RUN(rows);
}

Test(boilerplate, banners_on_top) {
  static const struct lined_row rows[] = {
      {"one line", JANE,
       "p CAUTION: This email originated from outside of the organization. Do not click links.\n\n"
       "b Josh, a few things before our call on the 30th, please read them when you can.\n"},
      {"wrapped in brackets", JANE,
       "p [EXTERNAL EMAIL - urgent or unusual payment requests must be verified by\n"
       "p telephone]\n\n"
       "b Julie, for the record, your lorry was late again this morning.\n"},
      {"without blank line", JANE,
       "p [EXTERNAL]\n"
       "b Hi Tom,\n"
       "b the pump is in and running, no leaks so far.\n"},
      {"two sentences on two lines", JANE,
       "p EXTERNAL EMAIL: This message came from outside the organization.\n"
       "p Do not click on links unless you recognize the sender.\n"
       "b Hi Tom,\n"
       "b the pump is in and running, no leaks so far.\n"},
      {"first contact", JANE,
       "p You don't often get email from jane.doe@acme.example. Learn why this is important\n\n"
       "b Hi Tom, the pump is in and running.\n"},
      {"German", JANE,
       "p ACHTUNG: Externe E-Mail! Öffnen Sie keine Anhänge von unbekannten Absendern.\n\n"
       "b Guten Tag, die Pumpe läuft und ist dicht.\n"},
      {"a warning of the sender's own", JANE,
       "b Caution: the gate code changes on Monday and the driver needs the new one.\n"
       "b Please tell him before he leaves.\n"},
  };
  LINED_RUN(rows);
}

Test(boilerplate, words_of_notices_in_the_text_are_not_enough) {
  static const struct lined_row rows[] = {
      {"a lawyer's own sentence", JANE,
       "b Section 9 says the data may be confidential and must not be disclosed to anybody.\n"
       "b We would rather strike that. What do you think?\n\n"
       "o Jane\n"},
      {"sent via a courier", JANE,
       "b Sent via DHL this morning, the tracking number follows.\n"},
  };
  LINED_RUN(rows);
}
