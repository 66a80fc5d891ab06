/* merge.h - what a row tells, into its contact: blanks are filled, values that we wrote give way to
 * more trusted ones, everything else that differs becomes a conflict. */
#ifndef MAILSIGNAL_ENRICH_MERGE_H
#define MAILSIGNAL_ENRICH_MERGE_H

#include "enrich/work.h"

/* One transaction: locks the contact, merges the row's signature and stored answers, notes where
 * each value came from, and ends the row. A row that cannot be merged is skipped or failed. */
enum ms_status merge_and_complete(struct work *work, struct job *job, struct ms_error *error);
/* The same for the signature alone; the row stays ours. */
enum ms_status merge_signature(struct work *work, struct job *job, struct ms_error *error);

/* Whether what was found is about the person that was asked about. */
bool same_person(struct work *work, const struct job *job, const json_t *found);
bool same_company(struct work *work, const struct job *job, const json_t *found);

#endif
