#include "mailsignal/defects.h"

#include <assert.h>

_Static_assert(DEFECT_COUNT <= 64, "a defect_set has 64 bits");

static const char *const names[DEFECT_COUNT] = {
#define DEFECT_NAME(constant, name, meaning) [constant] = name,
    DEFECT_LIST(DEFECT_NAME)
#undef DEFECT_NAME
};

const char *defect_name(enum defect defect) {
  assert(defect < DEFECT_COUNT);
  return names[defect];
}
