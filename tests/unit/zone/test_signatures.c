/* Signature blocks without delimiter, by country and trade. */
#include "lined.h"

Test(signatures, of_many_countries) {
  static const struct lined_row rows[] = {
      {"US, bars", "Dana Whitfield <dana@northcoast.example>",
       "b The pallets arrived short by two and the driver had no paperwork for them at all.\n\n"
       "o Thanks,\n"
       "s Dana Whitfield\n"
       "s Receiving Lead | Northcoast Distribution\n"
       "s O: (216) 555-0143 | C: (216) 555-0177\n"},
      {"US, no valediction", "Marcus Bell <mbell@bellhvac.example>",
       "b Unit 3 is down again. Can somebody come out before Friday?\n\n"
       "s Marcus Bell\n"
       "s Bell Heating & Air, Inc.\n"
       "s 404-555-0188\n"},
      {"UK, address over lines", "Harriet Lowe <h.lowe@lowebrothers.example>",
       "b I have put the order through and the cheque is in the post to your office.\n\n"
       "o Kind regards\n\n"
       "s Harriet Lowe\n"
       "s Office Manager\n"
       "s Lowe Brothers Ltd\n"
       "s Unit 4, Mill Lane Industrial Estate\n"
       "s Stockport SK1 2AB\n"
       "s Tel: 0161 496 0123\n"
       "s www.lowebrothers.example\n"},
      {"Germany", "Jürgen Maier <j.maier@maier-metall.example>",
       "b Die Lieferung ist vollständig angekommen, vielen Dank für die schnelle Hilfe.\n\n"
       "o Mit freundlichen Grüßen\n\n"
       "s Jürgen Maier\n"
       "s Einkaufsleiter\n"
       "s Maier Metallbau GmbH\n"
       "s Industriestraße 12\n"
       "s 70565 Stuttgart\n"
       "s Telefon: +49 711 123456-20\n"
       "s Telefax: +49 711 123456-99\n"
       "s j.maier@maier-metall.example\n"},
      {"Germany, i. A.", "Sabine Kraus <kraus@stadtwerke.example>",
       "b wir bitten um Rückruf wegen der offenen Rechnung aus dem letzten Monat.\n\n"
       "o Freundliche Grüße\n"
       "s i. A. Sabine Kraus\n"
       "s Debitorenbuchhaltung\n"
       "s Stadtwerke Musterstadt AG\n"
       "s Tel. 0345 581-1234\n"},
      {"France", "Claire Fontaine <c.fontaine@menuiserie-fontaine.example>",
       "b Nous avons bien reçu votre devis et nous reviendrons vers vous la semaine prochaine.\n\n"
       "o Bien cordialement,\n\n"
       "s Claire FONTAINE\n"
       "s Responsable des achats\n"
       "s Menuiserie Fontaine SARL\n"
       "s 12 rue des Lilas - 69003 Lyon\n"
       "s Tél. : 04 72 00 11 22 - Port. : 06 12 34 56 78\n"},
      {"Spain", "Javier Molina <jmolina@molina.example>",
       "b Hemos recibido el pedido incompleto y necesitamos una solución antes del viernes.\n\n"
       "o Un saludo,\n\n"
       "s Javier Molina Ruiz\n"
       "s Director de Compras\n"
       "s Hermanos Molina, S.L.\n"
       "s C/ Mayor 45, 28013 Madrid\n"
       "s Tel. 91 555 12 34 / Móvil 600 123 456\n"},
      {"Brazil", "Renata Souza <renata@souzaembalagens.example>",
       "b Segue em anexo o comprovante, peço que confirme o recebimento por favor.\n\n"
       "o Atenciosamente,\n\n"
       "s Renata Souza\n"
       "s Gerente Financeira\n"
       "s Souza Embalagens Ltda.\n"
       "s Rua das Flores, 120 - Campinas/SP\n"
       "s Fone: (19) 3231-4455 | WhatsApp (19) 99876-1122\n"},
      {"Italy", "Marco Bianchi <m.bianchi@bianchi.example>",
       "b abbiamo ricevuto la merce, manca però il secondo pallet indicato nella bolla.\n\n"
       "o Cordiali saluti\n\n"
       "s Marco Bianchi\n"
       "s Ufficio Acquisti\n"
       "s Bianchi & Figli S.r.l.\n"
       "s Via Roma 12, 20121 Milano\n"
       "s Tel. 02 1234567 - Cell. 333 1234567\n"},
      {"Netherlands", "Pieter de Vries <pieter@devries.example>",
       "b de monteur is geweest en alles werkt weer, bedankt voor de snelle hulp.\n\n"
       "o Met vriendelijke groet,\n\n"
       "s Pieter de Vries\n"
       "s Bedrijfsleider\n"
       "s De Vries Installatietechniek B.V.\n"
       "s Industrieweg 8, 3401 AB IJsselstein\n"
       "s T 030 123 45 67\n"
       "s KvK 12345678\n"},
      {"Sweden", "Anna Lindqvist <anna@nordbygg.example>",
       "b Vi har fått leveransen men två lådor saknas, kan ni kolla upp det?\n\n"
       "o Med vänlig hälsning\n\n"
       "s Anna Lindqvist\n"
       "s Inköpschef\n"
       "s Nordbygg AB\n"
       "s Tel: 08-123 456 78\n"},
      {"Denmark", "Lars Holm <lars@holm.example>",
       "b Tak for tilbuddet, vi vender tilbage når ledelsen har set på det.\n\n"
       "o Med venlig hilsen\n"
       "s Lars Holm\n"
       "s Indkøbschef, Holm Maskinfabrik A/S\n"
       "s Tlf. 12 34 56 78\n"},
      {"Finland", "Mika Virtanen <mika@saimaa.example>",
       "b Laskussa on virhe, voisitteko korjata sen ja lähettää uuden?\n\n"
       "o Ystävällisin terveisin\n"
       "s Mika Virtanen\n"
       "s Toimitusjohtaja\n"
       "s Saimaan Kone Oy\n"
       "s Puh. 040 123 4567\n"},
      {"Poland", "Piotr Nowak <p.nowak@nowak.example>",
       "b w załączniku przesyłam podpisaną umowę, proszę o potwierdzenie odbioru.\n\n"
       "o Z poważaniem\n\n"
       "s Piotr Nowak\n"
       "s Kierownik Działu Zakupów\n"
       "s Nowak Transport Sp. z o.o.\n"
       "s ul. Polna 5, 00-625 Warszawa\n"
       "s tel. 22 123 45 67, kom. 601 234 567\n"},
      {"Czechia", "Jana Dvořáková <dvorakova@strojirna.example>",
       "b děkuji za rychlou odpověď, objednávku pošleme zítra ráno.\n\n"
       "o S pozdravem\n\n"
       "s Jana Dvořáková\n"
       "s vedoucí nákupu\n"
       "s Strojírna Brno s.r.o.\n"
       "s Tel.: +420 541 123 456\n"},
      {"Turkey", "Mehmet Yılmaz <mehmet@yilmaz.example>",
       "b Siparişimiz hala gelmedi, ne zaman gönderileceğini bildirir misiniz?\n\n"
       "o Saygılarımla,\n\n"
       "s Mehmet Yılmaz\n"
       "s Satın Alma Müdürü\n"
       "s Yılmaz Tekstil San. ve Tic. Ltd. Şti.\n"
       "s Tel: +90 212 123 45 67\n"},
      {"Russia", "Иван Петров <petrov@zavod.example>",
       "b Просим выслать счёт на оплату и сообщить срок поставки.\n\n"
       "o С уважением,\n"
       "s Иван Петров\n"
       "s начальник отдела закупок\n"
       "s ООО «Завод»\n"
       "s тел. +7 495 123-45-67\n"},
      {"India", "Ramesh Iyer <ramesh.iyer@southerncastings.example>",
       "b Kindly share the revised quotation at the earliest as our indent is pending since long.\n\n"
       "o Thanks & Regards,\n\n"
       "s Ramesh Iyer\n"
       "s Sr. Manager - Procurement\n"
       "s Southern Castings Pvt. Ltd.\n"
       "s Plot No. 14, SIDCO Industrial Estate, Coimbatore - 641021\n"
       "s Mob: +91 98430 12345\n"},
      {"Japan in English", "Kenji Tanaka <k.tanaka@tanakaseiki.example>",
       "b We are sorry to trouble you, but please tell us the delivery date of the second lot.\n\n"
       "o Best regards,\n\n"
       "s Kenji Tanaka (Mr.)\n"
       "s Purchasing Section\n"
       "s Tanaka Seiki Co., Ltd.\n"
       "s TEL +81-3-1234-5678\n"},
      {"Japan", "田中健二 <k.tanaka@tanakaseiki.example>",
       "b お世話になっております。納期について教えていただけますでしょうか。\n\n"
       "o よろしくお願いいたします。\n\n"
       "s 田中健二\n"
       "s 株式会社田中精機 購買部\n"
       "s 電話 03-1234-5678\n"},
      {"Australia", "Bec Thornton <bec@thorntonfencing.example>",
       "b Posts went in Tuesday and we are waiting on the gates, any word from the supplier?\n\n"
       "o Cheers\n"
       "o Bec\n\n"
       "s Bec Thornton\n"
       "s Thornton Fencing Pty Ltd\n"
       "s M 0412 345 678\n"
       "s ABN 12 345 678 901\n"},
      {"delimiter", "Ola Berg <ola@berg.example>",
       "b The quote is fine, please go ahead.\n\n"
       "o Ola\n\n"
       "o -- \n"
       "s Ola Berg\n"
       "s Berg Marine | +47 22 12 34 56\n"},
      {"delimiter and a slogan", "Ola Berg <ola@berg.example>",
       "b The quote is fine, please go ahead.\n\n"
       "o --\n"
       "s Ola Berg, skipper\n"
       "s \"There is no bad weather\"\n"},
      {"one line with dots", "Nia Rhys <nia@rhysdental.example>",
       "b Could you send two more of the small trays with the next parcel?\n\n"
       "o Diolch / Thanks\n"
       "s Nia Rhys · Practice Nurse · Rhys Dental · 029 2018 0123\n"},
      {"company before the name", "Preston Gault <preston@gaultexcavating.example>",
       "b Tickets for last week are in the blue folder on your counter.\n\n"
       "o Preston\n\n"
       "s Gault & Sons Excavating\n"
       "s Preston Gault, V.P.\n"
       "s Rt. 30 East, Latrobe, PA 15650\n"
       "s (724) 555-0123\n"},
      {"paragraph a line, as HTML gives it", "Rhonda Castle <rcastle@pineydental.example>",
       "b The patient was referred to us by his orthodontist, so there is a retainer in the bag too.\n\n"
       "s Rhonda Castle, CDA\n\n"
       "s Lead Assistant, Piney Dental\n\n"
       "s 336-555-0185 | fax 336-555-0192\n"},
      {"signature above the quoted mail", "Dana Whitfield <dana@northcoast.example>",
       "b Yes, Tuesday works for us.\n\n"
       "o Best,\n"
       "s Dana Whitfield\n"
       "s Northcoast Distribution\n"
       "s 216-555-0143\n\n"
       "q On Tue, Mar 4, 2025 at 10:11 AM Jim <jim@supply.example> wrote:\n"
       "q > Does Tuesday work?\n"
       "q > Jim Beam\n"
       "q > Supply Co.\n"},
  };
  LINED_RUN(rows);
}

Test(signatures, bare_names_are_signoff) {
  static const struct lined_row rows[] = {
      {"valediction and first name", "Bob Ray <bob.ray@ray.example>",
       "b That is fine with me, go ahead and book it for the whole team.\n\n"
       "o Thanks,\n"
       "o Bob\n"},
      {"name alone", "Bob Ray <bob.ray@ray.example>",
       "b That is fine with me, go ahead and book it for the whole team.\n\n"
       "o Bob\n"},
      {"initial", "Bob Ray <bob.ray@ray.example>",
       "b That is fine with me, go ahead and book it for the whole team.\n\n"
       "o B.\n"},
      {"full name", "Quentin Marsh <quentin@marshandowe.example>",
       "b Turn ours off at the end of the month, please, the wall calendar is winning.\n\n"
       "o Quentin Marsh\n"},
      {"mobile line below", "Abe Feld <abe@feldperio.example>",
       "b Margins open on 14. Again. One more and the scans go elsewhere.\n\n"
       "o Abe Feld\n\n"
       "p Sent from my iPhone\n"},
      {"valediction alone", "Bob Ray <bob.ray@ray.example>",
       "b Please send the papers to the usual address and tell the driver to ring the bell.\n\n"
       "o Kind regards\n"},
      {"German", "Dorothea Kessler <d.kessler@kessler.example>",
       "b Alles geklärt, die Mahnung hat sich mit unserer Überweisung gekreuzt.\n\n"
       "o Schöne Grüße\n"
       "o Dorothea Kessler\n"},
  };
  LINED_RUN(rows);
}

Test(signatures, are_not_seen_in_other_endings) {
  static const struct lined_row rows[] = {
      {"thanks in a sentence", "Bob Ray <bob.ray@ray.example>",
       "b Thanks for the quick reply, see below what the workshop says about the second pump.\n"},
      {"a list", "Bob Ray <bob.ray@ray.example>",
       "b Please add these to the order:\n"
       "b - 4 brackets, steel\n"
       "b - 2 hinges\n"
       "b - 1 lock, 50 mm\n"},
      {"a numbered list", "Bob Ray <bob.ray@ray.example>",
       "b We need three things from you:\n"
       "b 1. the drawing\n"
       "b 2. the certificate\n"
       "b 3. a date\n"},
      {"a table", "Bob Ray <bob.ray@ray.example>",
       "b Here are the counts for last week:\n\n"
       "b Site      Units   Hours\n"
       "b Dover      120     14.5\n"
       "b Ashford     88     10.0\n"
       "b Canterbury  41      6.5\n"},
      {"code", "Bob Ray <bob.ray@ray.example>",
       "b The script fails with this:\n\n"
       "b for f in *.csv; do\n"
       "b   import_orders \"$f\" || exit 1\n"
       "b done\n"},
      {"somebody else's address for a delivery", "Bob Ray <bob.ray@ray.example>",
       "b Please deliver the second pallet to the site office at this address:\n\n"
       "b Ashford Retail Park\n"
       "b Unit 7, Fougeres Way\n"
       "b Ashford TN25 4BG\n"},
      {"a phone number to call", "Bob Ray <bob.ray@ray.example>",
       "b The gate is locked after six, so call the guard on 01234 555 0123 and he will open it.\n"},
      {"one line", "Bob Ray <bob.ray@ray.example>", "b ok will do\n"},
      {"a question", "Bob Ray <bob.ray@ray.example>",
       "b Did the engineer say when he is coming back to finish the second floor?\n"},
  };
  LINED_RUN(rows);
}
