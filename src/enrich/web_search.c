/* Web search: what public pages' titles and addresses say of a person. Low trust; pages are never
 * fetched. SearXNG (own instance, JSON format switched on) or Brave. */
#include "enrich/provider.h"

/* SearXNG asks public engines, which shut out whoever asks often. */
enum { MOST_RESULTS = 10, PACE_SECONDS = 3 };
static const double SURE = 0.3;

static const char *endpoint(size_t people) {
  (void)people;
  return "search";
}

static const char *endpoint_brave(size_t people) {
  (void)people;
  return "web/search";
}

/* "Jane Doe" acme.com linkedin - a name, and the part of the address that tells the company. */
static struct span query(struct work *work, const struct job *job) {
  struct span first = job->known.values[CRM_FIRST_NAME], last = job->known.values[CRM_LAST_NAME];
  struct span company = job->known.values[CRM_COMPANY];
  if (!company.len) company = sender_company_domain(work->options->words, span_of(job->email));
  struct span text =
      arena_printf(work->arena, "\"" SPAN_FMT " " SPAN_FMT "\" " SPAN_FMT " linkedin",
                   SPAN_ARG(first), SPAN_ARG(last), SPAN_ARG(company));
  return http_escape(work->arena, span_slice(text, 0, 400));
}

static void request_searxng(struct work *work, const struct chunk *chunk,
                            struct http_request *out) {
  const char *base = work->options->search_base;
  struct span text = query(work, chunk->items[0]);
  out->url = arena_printf(work->arena, "%s%ssearch?format=json&q=" SPAN_FMT, base,
                          base[strlen(base) - 1] == '/' ? "" : "/", SPAN_ARG(text))
                 .ptr;
}

static void request_brave(struct work *work, const struct chunk *chunk, struct http_request *out) {
  const char *base = work->options->brave_base;
  struct span text = query(work, chunk->items[0]);
  out->url = arena_printf(work->arena, "%s%sweb/search?count=10&text_decorations=false&q=" SPAN_FMT,
                          base, base[strlen(base) - 1] == '/' ? "" : "/", SPAN_ARG(text))
                 .ptr;
  out->key_header =
      arena_printf(work->arena, "X-Subscription-Token: %s", work->options->brave_key).ptr;
}

/* reading ------------------------------------------------------------------- */

static bool has(struct span text, struct span word) {
  return word.len && span_find(text, word, 0) != SPAN_NONE;
}

/* acme of acme.co.uk: enough to be looked for in a title. */
static struct span company_word(struct work *work, const struct job *job) {
  struct span company = job->known.values[CRM_COMPANY];
  if (company.len) return text_key(work->arena, company);
  struct span domain = sender_company_domain(work->options->words, span_of(job->email));
  return text_key(work->arena, span_slice(domain, 0, span_find_byte(domain, '.', 0)));
}

static bool is_profile(struct span url) {
  size_t at = span_find(url, SPAN_LIT("linkedin.com/in/"), 0);
  bool host = at == 8 || (at != SPAN_NONE && at > 8 && url.ptr[at - 1] == '.' &&
                          span_find_byte(span_slice(url, 8, at), '/', 0) == SPAN_NONE);
  return span_starts(url, SPAN_LIT("https://")) && host && span_find_byte(url, ' ', 0) == SPAN_NONE;
}

/* LinkedIn's titles read "Name - Title - Company | LinkedIn". */
static void read_title(struct work *work, const struct job *job, struct span title, json_t *found) {
  struct span parts[4] = {0}, rest = title;
  size_t n = 0;
  size_t bar = span_find(rest, SPAN_LIT(" | "), 0);
  if (bar != SPAN_NONE) rest = span_slice(rest, 0, bar);
  while (n < 4 && rest.len) {
    size_t dash = span_find(rest, SPAN_LIT(" - "), 0);
    parts[n++] = span_trim(span_slice(rest, 0, dash));
    rest = dash == SPAN_NONE ? (struct span){0} : span_from(rest, dash + 3);
  }
  if (n != 3) return;
  struct span word = company_word(work, job);
  if (!has(text_key(work->arena, parts[2]), word)) return;
  found_set(found, "title", parts[1]);
  found_set(found, "company", parts[2]);
}

static json_t *read_result(struct work *work, const struct job *job, const json_t *result) {
  struct span url = clean_string(work->arena, json_object_get(result, "url"));
  struct span title = clean_string(work->arena, json_object_get(result, "title"));
  struct span key = text_key(work->arena, title), word = company_word(work, job);
  struct span first = text_key(work->arena, job->known.values[CRM_FIRST_NAME]);
  struct span last = text_key(work->arena, job->known.values[CRM_LAST_NAME]);
  if (!is_profile(url) || !has(key, first) || !has(key, last) || !has(key, word)) return NULL;
  json_t *found = found_object(work);
  found_set(found, "firstName", job->known.values[CRM_FIRST_NAME]);
  found_set(found, "lastName", job->known.values[CRM_LAST_NAME]);
  found_set(found, "linkedin", url);
  read_title(work, job, title, found);
  json_object_set_new(found, "confidence", json_real(SURE));
  return found;
}

static bool read_results(struct work *work, const struct chunk *chunk, const json_t *results) {
  struct job *job = chunk->items[0];
  size_t n = json_array_size(results);
  for (size_t i = 0; i < n && i < MOST_RESULTS && !job->found; i++)
    job->found = read_result(work, job, json_array_get(results, i));
  job->answered = true;
  return true;
}

/* Engines that are blocked answer with nothing: that is not "nothing found". */
static bool read_searxng(struct work *work, const struct chunk *chunk, const json_t *answer,
                         double *credits) {
  const json_t *results = json_object_get(answer, "results");
  const json_t *silent = json_object_get(answer, "unresponsive_engines");
  *credits = 0;
  if (!json_is_array(results)) return false;
  if (json_array_size(results) == 0 && json_array_size(silent) > 0) return false;
  return read_results(work, chunk, results);
}

static bool read_brave(struct work *work, const struct chunk *chunk, const json_t *answer,
                       double *credits) {
  *credits = 1;
  if (!json_is_object(answer)) return false;
  return read_results(work, chunk, json_object_get(json_object_get(answer, "web"), "results"));
}

const struct provider provider_searxng = {
    "web_search", "web_search_asked", 1, 0, endpoint, request_searxng, read_searxng, PACE_SECONDS,
};
const struct provider provider_brave = {
    "web_search", "web_search_asked", 1, 1, endpoint_brave, request_brave, read_brave, 0,
};
