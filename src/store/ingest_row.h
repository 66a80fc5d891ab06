/* ingest_row.h - which rows a record gives, as elements of the arrays that the database is sent.
 *
 * The encoded form of a message is a header of lengths, then the record for --tee, then the
 * elements of each column. A batch puts the columns of its messages behind each other; nothing is
 * decoded on the way. */
#ifndef MAILSIGNAL_STORE_INGEST_ROW_H
#define MAILSIGNAL_STORE_INGEST_ROW_H

#include "mailsignal/ingest.h"

/* In the order of the parameters of the statement in batch.c. */
enum column {
  COLUMN_SIGNAL_ID,
  COLUMN_SIGNAL_SOURCE,
  COLUMN_SIGNAL_EMAIL,
  COLUMN_SIGNAL_DOMAIN,
  COLUMN_SIGNAL_TYPE,
  COLUMN_SIGNAL_STRENGTH,
  COLUMN_SIGNAL_TEXT,
  COLUMN_SIGNAL_CONTEXT,
  COLUMN_CONTACT_ID,
  COLUMN_CONTACT_SOURCE,
  COLUMN_CONTACT_EMAIL,
  COLUMN_CONTACT_DATA,
  COLUMN_FACT_ID,
  COLUMN_FACT_SOURCE,
  COLUMN_FACT_EMAIL,
  COLUMN_FACT_DATE,
  COLUMN_FACT_REFERENCES,
  COLUMN_FACT_SENTIMENT,
  COLUMN_FACT_SCORE,
  COLUMN_FACT_SUMMARY,
  COLUMN_FACT_INTEL,
  COLUMN_COUNT
};

struct ingest_row {
  struct span tee;
  struct span columns[COLUMN_COUNT]; /* elements with commas between; mostly empty */
};

struct row_options {
  const char *tenant;
  const struct ingest_words *words;
  bool with_tee;
  struct record_options tee;
};

/* Appends the encoded form. */
void ingest_row_encode(const struct row_options *options, const struct record *record,
                       struct sbuf *out);
/* Views into `encoded`. */
void ingest_row_decode(struct span encoded, struct ingest_row *out);

/* What the CRM reads as contact_enrichment_queue.extracted_data: JSON. */
struct span extracted_data(struct arena *arena, const struct record *record);
/* What goes into quotes.intel, or an empty span. */
struct span quote_intel(struct arena *arena, const struct record *record);

/* The name-based id of a row: "tenant|table|source|address or signal type". */
void ingest_uuid(struct arena *arena, const char *tenant, const char *table, struct span source,
                 struct span what, char uuid[37]);

#endif
