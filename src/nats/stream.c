#include "nats/stream.h"

#include <stdio.h>
#include <stdlib.h>

/* As long as an archive is likely to be published again by mistake; each id costs the server about
 * a hundred bytes of memory for that time. */
static const int64_t DUPLICATE_WINDOW_NS = 600 * INT64_C(1000000000);


char *stream_subject(const struct nats_settings *settings) {
  char *subject = NULL;
  if (settings->subject) return strdup(settings->subject);
  return asprintf(&subject, "%s.mail", settings->stream) < 0 ? NULL : subject;
}

/* NATS subjects: tokens between dots; "*" stands for one token, ">" for all that follow. */
static bool subject_covers(struct span pattern, struct span subject) {
  struct span want, token;
  while (span_split(&pattern, '.', &want)) {
    if (span_eq(want, SPAN_LIT(">"))) return subject.len > 0;
    if (!span_split(&subject, '.', &token)) return false;
    if (!span_eq(want, SPAN_LIT("*")) && !span_eq(want, token)) return false;
  }
  return subject.len == 0;
}

static bool takes_subject(const jsStreamConfig *config, const char *subject) {
  for (int i = 0; i < config->SubjectsLen; i++)
    if (subject_covers(span_of(config->Subjects[i]), span_of(subject))) return true;
  return false;
}

static const char *retention_name(jsRetentionPolicy retention) {
  return retention == js_WorkQueuePolicy ? "work queue"
         : retention == js_InterestPolicy ? "interest"
                                          : "limits";
}

/* Reads as "retention is limits, not work queue; ...". */
static void describe(const jsStreamConfig *config, char differs[NATS_DIFFERS_BYTES]) {
  int n = 0;
  differs[0] = 0;
  if (config->Retention != js_WorkQueuePolicy)
    n += snprintf(differs, NATS_DIFFERS_BYTES, "; retention is %s, not work queue: stored mail stays",
                  retention_name(config->Retention));
  if (config->Storage != js_FileStorage)
    n += snprintf(differs + n, (size_t)(NATS_DIFFERS_BYTES - n),
                  "; storage is memory, not file: mail is lost with the server");
  if (config->Duplicates < DUPLICATE_WINDOW_NS)
    n += snprintf(differs + n, (size_t)(NATS_DIFFERS_BYTES - n),
                  "; the duplicate window is %.0f s, not %.0f s", (double)config->Duplicates / 1e9,
                  (double)DUPLICATE_WINDOW_NS / 1e9);
  if (config->Discard == js_DiscardOld &&
      (config->MaxMsgs > 0 || config->MaxBytes > 0 || config->MaxAge > 0))
    snprintf(differs + n, (size_t)(NATS_DIFFERS_BYTES - n),
             "; its limits drop the oldest mail unread");
  if (differs[0]) memmove(differs, differs + 2, strlen(differs + 2) + 1);
}

static natsStatus add_stream(struct nats_link *link, jsStreamConfig *config, const char *subject,
                             jsErrCode *code) {
  config->Subjects = &subject;
  config->SubjectsLen = 1;
  config->Storage = js_FileStorage;
  natsStatus s = js_AddStream(NULL, link->js, config, NULL, code);
  config->Subjects = NULL;
  return s;
}

static enum ms_status make_stream(struct nats_link *link, const char *subject,
                                  struct ms_error *error) {
  jsStreamConfig config;
  jsErrCode code = 0;
  jsStreamConfig_Init(&config);
  config.Name = link->settings->stream;
  config.Retention = js_WorkQueuePolicy;
  config.Duplicates = DUPLICATE_WINDOW_NS;
  natsStatus s = add_stream(link, &config, subject, &code);
  return s ? link_fail(error, s, code, "the stream cannot be made") : MS_OK;
}

enum ms_status stream_ensure(struct nats_link *link, const char *subject,
                             char differs[NATS_DIFFERS_BYTES], struct ms_error *error) {
  jsStreamInfo *info = NULL;
  jsErrCode code = 0;
  const char *name = link->settings->stream;
  differs[0] = 0;
  natsStatus s = js_GetStreamInfo(&info, link->js, name, NULL, &code);
  if (code == JSStreamNotFoundErr) return make_stream(link, subject, error);
  if (s) return link_fail(error, s, code, "the stream cannot be asked for");
  bool taken = takes_subject(info->Config, subject);
  describe(info->Config, differs);
  jsStreamInfo_Destroy(info);
  return taken ? MS_OK
               : ms_fail(error, MS_BAD_CONFIG,
                         "the stream %s is there, but does not take the subject %s", name, subject);
}

enum ms_status stream_ensure_dead(struct nats_link *link, char **subject, struct ms_error *error) {
  const char *stream = link->settings->stream;
  jsStreamConfig config;
  jsErrCode code = 0;
  char *name = NULL;
  *subject = NULL;
  if (asprintf(&name, "%s_DEAD", stream) < 0 || asprintf(subject, "dead.%s", stream) < 0) {
    free(name);
    return ms_fail(error, MS_SOFTWARE, "out of memory");
  }
  jsStreamConfig_Init(&config);
  config.Name = name;
  natsStatus s = add_stream(link, &config, *subject, &code);
  free(name);
  if (!s || code == JSStreamNameExistErr || code == JSStreamSubjectOverlapErr) return MS_OK;
  return link_fail(error, s, code, "the stream of dead letters cannot be made");
}
