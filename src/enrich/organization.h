/* organization.h - the company behind an address, where neither signature nor contact nor the
 * person's own answer tells its name. One request serves all contacts of a domain. */
#ifndef MAILSIGNAL_ENRICH_ORGANIZATION_H
#define MAILSIGNAL_ENRICH_ORGANIZATION_H

#include "enrich/provider.h"

/* Looks up companies for jobs in JOB_OPEN: kept facts, else Apollo. Whoever has to wait for another
 * worker or for the provider's limit is given back; trouble beyond that leaves the company open and
 * the row as it was. */
enum ms_status organization_ask(struct work *work, struct jobs *jobs, struct ms_error *error);
/* The domain whose company is open for this job; empty: none is to be asked for. */
struct span organization_open(struct work *work, const struct job *job);
/* Whether the row holds facts about the company of its address. */
bool organization_found(struct work *work, const struct job *job);

#endif
