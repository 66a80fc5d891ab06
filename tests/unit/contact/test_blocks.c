/* Whole signature blocks: layouts of many countries and trades. */
#include "extract.h"

struct row {
  const char *name, *address, *language;
  int offset;
  const char *signature;
  const char *want_name, *title, *department, *company, *postal, *phones;
};

static const struct row rows[] = {
    {"Dana Whitfield", "dana@harborlinemarine.com", "en", -300,
     "Dana Whitfield\nService Manager\nHarborline Marine, Inc.\n(207) 879-4100 x14\n12 Wharf St, "
     "Portland, ME 04101\n",
     "Dana Whitfield", "Service Manager", "", "Harborline Marine, Inc.",
     "12 Wharf St, Portland, ME 04101", "work +12078794100 x14"},
    {"Maeve Connolly", "maeve@tidewaterinn.com", "en", -300,
     "Maeve Connolly\nInnkeeper\nThe Tidewater Inn\n14 Shore Rd, Belfast, ME 04915\n207-338-4410\n",
     "Maeve Connolly", "Innkeeper", "", "The Tidewater Inn", "14 Shore Rd, Belfast, ME 04915",
     "work +12073384410"},
    {"Joanna Price", "j.price@hartleystone.co.uk", "en", 0,
     "Joanna Price\nSolicitor\nfor Hartley Stone LLP\n0113 487 2216\n", "Joanna Price", "Solicitor",
     "", "Hartley Stone LLP", "", "work +441134872216"},
    {"Joanna Price", "j.price@hartleystone.co.uk", "en", 0,
     "Joanna Price\nPractice Director\nFor Hartley Stone LLP\n0113 487 2216\n", "Joanna Price",
     "Practice Director", "", "Hartley Stone LLP", "", "work +441134872216"},
    {"Rachel Moss", "rachel@forpaws.co.uk", "en", 0,
     "Rachel Moss\nManager\nFor Paws Ltd\n0113 487 2217\n", "Rachel Moss", "Manager", "",
     "For Paws Ltd", "", "work +441134872217"},
    {"Jordi Ferrer", "jordi@vinyesferrer.es", "es", 60,
     "Jordi Ferrer\nFisioterapeuta\nMóvil: 612 345 679\n", "Jordi Ferrer", "Fisioterapeuta", "", "",
     "", "mobile +34612345679"},
    {"Moritz Adler", "m.adler@adler-praezision.de", "de", 60,
     "Dipl.-Ing. Moritz Adler\nLeiter Einkauf\nAdler Präzision GmbH & Co. KG\nIndustriestraße "
     "9\n72072 Tübingen\n"
     "Tel. +49 (0)7071 1234-26\nFax +49 (0)7071 1234-99\nMobil 0171 5551234\nUSt-IdNr. DE 123 456 "
     "789\n",
     "Moritz Adler", "Leiter Einkauf", "", "Adler Präzision GmbH & Co. KG",
     "Industriestraße 9, 72072 Tübingen",
     "work +497071123426, fax +497071123499, mobile +491715551234"},
    {"Camille Roche", "c.roche@transports-roche.fr", "fr", 60,
     "Camille ROCHE\nResponsable Logistique\nTransports Roche SAS\n14 rue des Lilas - 69007 Lyon\n"
     "Tél. : 04 72 11 22 33 – Port. : 06 11 22 33 44\n",
     "Camille Roche", "Responsable Logistique", "", "Transports Roche SAS",
     "14 rue des Lilas - 69007 Lyon", "work +33472112233, mobile +33611223344"},
    {"Lucía Benítez", "lucia@talleresbenitez.es", "es", 60,
     "Lucía Benítez\nGerente de Compras | Talleres Benítez, S.L.\nC/ Mayor, 8 – 28013 "
     "Madrid\nMóvil: 612 345 678\n",
     "Lucía Benítez", "Gerente de Compras", "", "Talleres Benítez, S.L.",
     "C/ Mayor, 8 – 28013 Madrid", "mobile +34612345678"},
    {"Oliver Brandt", "oliver.brandt@brandtlogistics.co.uk", "en", 0,
     "Oliver Brandt MCIPS | Head of Procurement | Brandt Logistics Ltd\nDDI 020 7946 0958 | M "
     "07700 900123\n",
     "Oliver Brandt", "Head of Procurement", "", "Brandt Logistics Ltd", "",
     "work +442079460958, mobile +447700900123"},
    {"Giulia Ferri", "g.ferri@ferriserramenti.it", "it", 60,
     "Giulia Ferri\nUfficio Acquisti\nFerri Serramenti S.r.l.\nVia Roma 12, 36100 Vicenza\nTel. "
     "0444 123456 - Cell. 347 1234567\n",
     "Giulia Ferri", "", "Ufficio Acquisti", "Ferri Serramenti S.r.l.",
     "Via Roma 12, 36100 Vicenza", "work +390444123456, mobile +393471234567"},
    {"Sanne de Wit", "s.dewit@dewitbouw.nl", "nl", 60,
     "Sanne de Wit\nProjectleider\nDe Wit Bouw B.V.\nKeizersgracht 100 | 1015 CV Amsterdam\nT 020 "
     "- 123 45 67 | M 06 - 12 34 56 78\n",
     "Sanne de Wit", "Projectleider", "", "De Wit Bouw B.V.",
     "Keizersgracht 100 | 1015 CV Amsterdam", "work +31201234567, mobile +31612345678"},
    {"Ana Prado", "ana.prado@metalprado.com.br", "pt", -180,
     "Ana Prado\nGerente Comercial\nMetal Prado Ltda.\nAv. Paulista, 1000 - São Paulo/SP\nTel: "
     "(11) 3123-4567 / Cel: (11) 99123-4567\n",
     "Ana Prado", "Gerente Comercial", "", "Metal Prado Ltda.", "Av. Paulista, 1000 - São Paulo/SP",
     "work +551131234567, mobile +5511991234567"},
    {"Vikram Joshi", "vikram@joshivalves.in", "en", 330,
     "VIKRAM JOSHI\nDy. Manager - Purchase\nJOSHI VALVES PVT. LTD.\nPlot 12, MIDC, Pune - 411 "
     "019\nPh : 91-20-2712 3456, 2712 3457\nMob: 98220 12345\n",
     "Vikram Joshi", "Dy. Manager - Purchase", "", "Joshi Valves Pvt. Ltd.",
     "Plot 12, MIDC, Pune - 411 019",
     "work +912027123456, work +912027123457, mobile +919822012345"},
    {"Marta Nowak", "m.nowak@nowakmeble.pl", "pl", 60,
     "Marta Nowak\nKierownik Zakupów\nNowak Meble Sp. z o.o.\nul. Długa 5, 80-831 Gdańsk\ntel. 58 "
     "301 22 33, kom. 601 234 567\nNIP 583-000-11-22\n",
     "Marta Nowak", "Kierownik Zakupów", "", "Nowak Meble Sp. z o.o.", "ul. Długa 5, 80-831 Gdańsk",
     "work +48583012233, mobile +48601234567"},
    {"Tom Keane", "tom@keaneroofing.ie", "en", 0,
     "Tom Keane\nKeane Roofing, Ennis, Co. Clare\n087 123 4567\n", "Tom Keane", "", "",
     "Keane Roofing", "Ennis, Co. Clare", "mobile +353871234567"},
    {"Priya Raman", "priya@raman.com.au", "en", 600,
     "Priya Raman // Site Foreman // Raman Civil Pty Ltd\nP (03) 9123 4567 M 0412 345 678\n5 Dock "
     "Rd, Geelong VIC 3220\n",
     "Priya Raman", "Site Foreman", "", "Raman Civil Pty Ltd", "5 Dock Rd, Geelong VIC 3220",
     "work +61391234567, mobile +61412345678"},
    {"Jean Tremblay", "jtremblay@usinetremblay.ca", "fr", -300,
     "Jean Tremblay\nDirecteur des ventes\nUsine Tremblay inc.\nTél. : 418 555-2323, poste "
     "24\nTéléc. : 418 555-2324\n",
     "Jean Tremblay", "Directeur des ventes", "", "Usine Tremblay inc.", "",
     "work +14185552323 x24, fax +14185552324"},
    {"Erik Lund", "erik@lundbygg.no", "en", 60,
     "Lund Bygg AS\nErik Lund, daglig leder\nTlf. 22 12 34 56\nMob. 912 34 567\n", "Erik Lund",
     "daglig leder", "", "Lund Bygg AS", "", "work +4722123456, mobile +4791234567"},
    {"Kim Ostrow", "kostrow@gmail.com", "en", -300, "Kim Ostrow - Ostrow Catering - 404-555-0190\n",
     "Kim Ostrow", "", "", "Ostrow Catering", "", "work +14045550190"},
};

Test(contact, blocks) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const struct row *row = &rows[i];
    struct case_input input = {row->name, row->address, row->language, row->offset,
                               .signature = row->signature};
    struct contact c;
    extract(arena, &input, &c);
    cr_expect(c.from_signature, "row %zu", i);
    expect("name", i, c.name.value, row->want_name);
    expect("title", i, c.title.value, row->title);
    expect("department", i, c.department.value, row->department);
    expect("company", i, c.company.value, row->company);
    expect("address", i, c.address.value, row->postal);
    expect("phones", i, phones_of(arena, &c), row->phones);
    arena_reset(arena);
  }
  arena_free(arena);
}

/* Two words behind a quotation are its author, not a company; the surname behind a trade is one. */
static const struct row companies[] = {
    {"Paul Lane", "paul@lane.ie", "en", 0,
     "Paul Lane\npaul@lane.ie\n\"Thus spake the master programmer\"\nGeoffrey Moss\n", "Paul Lane",
     "", "", "", "", ""},
    {"Bas Hoekstra", "bas@hoekstra.nl", "nl", 60,
     "Bas Hoekstra\nDrukkerij Hoekstra\n058 213 47 20\n", "Bas Hoekstra", "", "",
     "Drukkerij Hoekstra", "", "work +31582134720"},
    {"Chuck Wojcik", "chuck@wojciklaw.com", "en", -300,
     "CHARLES J. WOJCIK\nAttorney at Law\n(440) 257-9043\n", "Charles J. Wojcik", "Attorney at Law",
     "", "", "", "work +14402579043"},
    {"Hector Salgado", "hector@salgado.com", "en", -480,
     "Hector Salgado\nOwner - Salgado Janitorial (licensed, bonded, insured)\n", "Hector Salgado",
     "Owner", "", "Salgado Janitorial", "", ""},
};

Test(contact, companies) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof companies / sizeof *companies; i++) {
    const struct row *row = &companies[i];
    struct case_input input = {row->name, row->address, row->language, row->offset,
                               .signature = row->signature};
    struct contact c;
    extract(arena, &input, &c);
    expect("name", i, c.name.value, row->want_name);
    expect("title", i, c.title.value, row->title);
    expect("company", i, c.company.value, row->company);
    expect("phones", i, phones_of(arena, &c), row->phones);
    arena_reset(arena);
  }
  arena_free(arena);
}

/* What the block says of others is not the sender's. */
static const struct row others[] = {
    {"Harlan Voss", "hvoss@vossfamily.com", "en", -300,
     "Harlan Voss\nVoss Family Office\n203-661-4400\nAssistant: Pru Lang, 203-661-4408, "
     "pru@vossfamily.com\n",
     "Harlan Voss", "", "", "Voss Family Office", "", "work +12036614400"},
    {"Barry Stone", "barry@stonecomposites.com", "en", -480,
     "Barry Stone\nProcess Engineer, Stone Composites\n253-441-8835\nBill Stone: 253-441-8800\n",
     "Barry Stone", "Process Engineer", "", "Stone Composites", "", "work +12534418835"},
    {"Matthias Oberlin", "m.oberlin@oberlin-avionics.de", "de", 60,
     "Matthias Oberlin\nOberlin Avionics GmbH\nTel. +49 7551 4418-26\nGeschäftsführer: Karin "
     "Oberlin, AG Freiburg HRB 581 226\n",
     "Matthias Oberlin", "", "", "Oberlin Avionics GmbH", "", "work +497551441826"},
};

Test(contact, second_person_is_not_the_sender) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    const struct row *row = &others[i];
    struct case_input input = {row->name, row->address, row->language, row->offset,
                               .signature = row->signature};
    struct contact c;
    extract(arena, &input, &c);
    expect("name", i, c.name.value, row->want_name);
    expect("title", i, c.title.value, row->title);
    expect("company", i, c.company.value, row->company);
    expect("phones", i, phones_of(arena, &c), row->phones);
    cr_expect_eq(c.emails.n, 1, "row %zu: %zu addresses", i, c.emails.n);
    arena_reset(arena);
  }
  arena_free(arena);
}
