/* metrics.h - tallies as OpenMetrics text, for a node exporter's textfile collector. */
#ifndef MAILSIGNAL_ENRICH_METRICS_H
#define MAILSIGNAL_ENRICH_METRICS_H

#include "enrich/work.h"

/* Written beside the file, then renamed over it. Counters are those of this run. */
enum ms_status metrics_write(struct work *work, struct ms_error *error);

#endif
