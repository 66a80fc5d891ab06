#include "nats/link.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

enum {
  CONNECT_MS = 5000,
  REQUEST_MS = 5000,
  PING_MS = 10000, /* a peer that is gone without a word is noticed after PINGS_OUT of these */
  PINGS_OUT = 2,
  FIRST_WAIT_MS = 100,
  LONGEST_WAIT_MS = 10000,
  MOST_DOUBLINGS = 7,
  MOST_SERVERS = 16
};
static const double RETRY_SECONDS = 0.5, LOOK_UP_SECONDS = 0.1;

double link_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

bool link_sleep(const struct nats_link *link, double seconds) {
  const _Atomic int *stop = link->settings->stop;
  for (double until = link_now() + seconds, rest; (rest = until - link_now()) > 0;) {
    if (stop && *stop) return false;
    if (rest > LOOK_UP_SECONDS) rest = LOOK_UP_SECONDS;
    nanosleep(&(struct timespec){0, (long)(rest * 1e9)}, NULL);
  }
  return !(stop && *stop);
}

bool link_is_away(natsStatus status) {
  return status == NATS_TIMEOUT || status == NATS_NO_SERVER || status == NATS_IO_ERROR ||
         status == NATS_CONNECTION_DISCONNECTED || status == NATS_STALE_CONNECTION ||
         status == NATS_NO_RESPONDERS || status == NATS_NOT_YET_CONNECTED;
}

natsStatus link_header(natsMsg *message, const char *key, const char *text) {
  char line[LINK_HEADER_BYTES];
  size_t n = 0;
  for (; text[n] && n + 1 < sizeof line; n++)
    line[n] = (unsigned char)text[n] < ' ' || text[n] == 0x7f ? '?' : text[n];
  line[n] = 0;
  return natsMsgHeader_Set(message, key, line);
}

static bool is_missing(jsErrCode code) {
  return code == JSStreamNotFoundErr || code == JSConsumerNotFoundErr ||
         code == JSNotEnabledErr || code == JSNotEnabledForAccountErr;
}

enum ms_status link_fail(struct ms_error *error, natsStatus status, jsErrCode code,
                         const char *doing) {
  natsStatus last = NATS_OK;
  const char *detail = nats_GetLastError(&last);
  if (last != status || !detail || !*detail) detail = natsStatus_GetText(status);
  if (status == NATS_NO_MEMORY) return ms_fail(error, MS_SOFTWARE, "%s: out of memory", doing);
  bool away = link_is_away(status) && !is_missing(code);
  return ms_fail(error, away ? MS_TRY_AGAIN : MS_BAD_CONFIG, "%s: %.300s", doing, detail);
}

/* connecting ---------------------------------------------------------------- */

/* Doubles up to ten seconds; the random half keeps many workers from coming back at once. */
static int64_t reconnect_delay(natsConnection *connection, int attempts, void *context) {
  (void)connection;
  (void)context;
  int doublings = attempts < MOST_DOUBLINGS ? attempts : MOST_DOUBLINGS;
  int64_t most = (int64_t)FIRST_WAIT_MS << doublings;
  uint16_t dice = 0;
  if (most > LONGEST_WAIT_MS) most = LONGEST_WAIT_MS;
  if (getrandom(&dice, sizeof dice, GRND_NONBLOCK) < 0) dice = 0;
  return most / 2 + most / 2 * dice / UINT16_MAX;
}

static void on_reconnected(natsConnection *connection, void *context) {
  (void)connection;
  ((struct nats_link *)context)->reconnects++;
}

/* The default would print to stderr. */
static void on_error(natsConnection *connection, natsSubscription *subscription, natsStatus status,
                     void *context) {
  (void)connection;
  (void)subscription;
  (void)status;
  (void)context;
}

static natsStatus set_servers(natsOptions *options, const char *url) {
  const char *servers[MOST_SERVERS];
  int n = 0;
  char *copy = strdup(url), *rest = copy, *one;
  if (!copy) return NATS_NO_MEMORY;
  while ((one = strsep(&rest, ",")) && n < MOST_SERVERS)
    if (*one) servers[n++] = one;
  natsStatus s = n ? natsOptions_SetServers(options, servers, n) : NATS_ADDRESS_MISSING;
  free(copy);
  return s;
}

static natsStatus set_timing(struct nats_link *link) {
  natsOptions *o = link->options;
  natsStatus s = natsOptions_SetTimeout(o, CONNECT_MS);
  if (!s) s = natsOptions_SetPingInterval(o, PING_MS);
  if (!s) s = natsOptions_SetMaxPingsOut(o, PINGS_OUT);
  if (!s) s = natsOptions_SetMaxReconnect(o, -1);
  if (!s) s = natsOptions_SetCustomReconnectDelay(o, reconnect_delay, NULL);
  if (!s) s = natsOptions_SetReconnectedCB(o, on_reconnected, link);
  if (!s) s = natsOptions_SetErrorHandler(o, on_error, NULL);
  if (!s) s = natsOptions_SetFailRequestsOnDisconnect(o, true);
  return s;
}

static enum ms_status set_options(struct nats_link *link, struct ms_error *error) {
  const struct nats_settings *settings = link->settings;
  natsStatus s = natsOptions_Create(&link->options);
  if (!s) s = natsOptions_SetName(link->options, "mailsignal");
  if (!s) s = set_timing(link);
  if (s) return link_fail(error, s, 0, "libnats");
  if (set_servers(link->options, settings->url))
    return ms_fail(error, MS_BAD_CONFIG, "--nats: this is no URL like nats://host:4222");
  bool secure = settings->tls_ca || strncmp(settings->url, "tls://", 6) == 0;
  if (secure) s = natsOptions_SetSecure(link->options, true);
  if (!s && settings->tls_ca)
    s = natsOptions_LoadCATrustedCertificates(link->options, settings->tls_ca);
  if (s) return link_fail(error, s, 0, "--nats-tls-ca");
  if (settings->creds)
    s = natsOptions_SetUserCredentialsFromFiles(link->options, settings->creds, NULL);
  return s ? link_fail(error, s, 0, "--nats-creds") : MS_OK;
}

static enum ms_status connect_once(struct nats_link *link, struct ms_error *error) {
  natsStatus s = natsConnection_Connect(&link->connection, link->options);
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = REQUEST_MS;
  if (!s) s = natsConnection_JetStream(&link->js, link->connection, &options);
  return s ? link_fail(error, s, 0, "no connection to the NATS server") : MS_OK;
}

static enum ms_status connect_patiently(struct nats_link *link, struct ms_error *error) {
  double until = link_now() + link->settings->patience;
  for (;;) {
    struct ms_error why = {0};
    enum ms_status status = connect_once(link, &why);
    if (status == MS_OK) return MS_OK;
    if (status != MS_TRY_AGAIN || link_now() >= until || !link_sleep(link, RETRY_SECONDS))
      return ms_fail(error, status, "%s", why.text);
  }
}

enum ms_status nats_link_open(const struct nats_settings *settings, struct nats_link **out,
                              struct ms_error *error) {
  struct nats_link *link = calloc(1, sizeof *link);
  *out = NULL;
  if (!link) return ms_fail(error, MS_SOFTWARE, "out of memory");
  link->settings = settings;
  enum ms_status status = set_options(link, error);
  if (!status) status = connect_patiently(link, error);
  if (status) {
    nats_link_close(link);
    return status;
  }
  *out = link;
  return MS_OK;
}

void nats_link_close(struct nats_link *link) {
  if (!link) return;
  jsCtx_Destroy(link->js);
  natsConnection_Close(link->connection);
  natsConnection_Destroy(link->connection);
  natsOptions_Destroy(link->options);
  nats_ReleaseThreadMemory();
  free(link);
}
