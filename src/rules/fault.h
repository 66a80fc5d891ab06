/* fault.h - reporting what is wrong with a rule file. Within src/rules. */
#ifndef MAILSIGNAL_RULES_FAULT_H
#define MAILSIGNAL_RULES_FAULT_H

#include "mailsignal/diag.h"

struct place {
  struct span file;
  size_t line, column; /* from 1; 0 = not known */
};

struct diag *fault_error(struct diag_list *faults, const char *code, struct place place,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));
struct diag *fault_warning(struct diag_list *faults, const char *code, struct place place,
                           const char *format, ...) __attribute__((format(printf, 4, 5)));

/* "did you mean 'weight'?" for the known word nearest to `word`, or an empty span where none is
 * near. */
struct span fault_suggest(struct arena *arena, struct span word, const struct span *known,
                          size_t n);

#endif
