#include "store/patience.h"

#include <math.h>
#include <sys/random.h>
#include <time.h>

static const double FIRST_WAIT = 0.1, LONGEST_WAIT = 10, LOOK_UP = 0.1;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void sleep_for(double seconds) {
  struct timespec t = {(time_t)seconds, (long)((seconds - floor(seconds)) * 1e9)};
  nanosleep(&t, NULL);
}

/* 0 to 1; xorshift64* is plenty for jitter. */
static double random_share(struct patience *patience) {
  uint64_t x = patience->random;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  patience->random = x;
  return (double)((x * UINT64_C(2685821657736338717)) >> 11) / 9007199254740992.0;
}

void patience_init(struct patience *patience, const struct ingest_options *options) {
  *patience = (struct patience){.seconds = options->patience,
                                .stop = options->stop,
                                .waiting = options->waiting,
                                .context = options->context};
  if (getrandom(&patience->random, sizeof patience->random, GRND_NONBLOCK) < 0 || !patience->random)
    patience->random = (uint64_t)(now() * 1e9) | 1;
}

void patience_renew(struct patience *patience) {
  patience->began = 0;
  patience->tries = 0;
}

bool patience_wait(struct patience *patience, const char *why) {
  if (patience->began == 0) patience->began = now();
  double left = patience->began + patience->seconds - now();
  if (left <= 0) return false;
  double most = fmin(LONGEST_WAIT, FIRST_WAIT * pow(2, fmin(patience->tries, 16)));
  double wait = fmin(left, random_share(patience) * most + 0.01);
  if (patience->waiting && patience->tries == 0) patience->waiting(patience->context, why, left);
  patience->tries++;
  for (double until = now() + wait, rest; (rest = until - now()) > 0;) {
    if (patience->stop && *patience->stop) return false;
    sleep_for(fmin(rest, LOOK_UP));
  }
  return true;
}
