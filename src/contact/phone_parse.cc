#include "contact/phone_parse.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

phone_line_type LineOf(PhoneNumberUtil::PhoneNumberType type) {
  switch (type) {
    case PhoneNumberUtil::FIXED_LINE:
      return LINE_FIXED;
    case PhoneNumberUtil::MOBILE:
      return LINE_MOBILE;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
      return LINE_FIXED_OR_MOBILE;
    case PhoneNumberUtil::TOLL_FREE:
      return LINE_TOLL_FREE;
    case PhoneNumberUtil::PAGER:
      return LINE_PAGER;
    case PhoneNumberUtil::UNKNOWN:
      return LINE_UNKNOWN;
    default:
      return LINE_OTHER;
  }
}

void Copy(const std::string &from, char *to, size_t size) {
  size_t len = from.size() < size ? from.size() : 0;
  std::memcpy(to, from.data(), len);
  to[len] = '\0';
}

bool Parse(const std::string &text, const std::string &region, phone_number *out) {
  const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  if (util->Parse(text, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return false;
  if (!util->IsPossibleNumber(number)) return false;
  number.clear_extension();
  std::string e164, owner;
  util->Format(number, PhoneNumberUtil::E164, &e164);
  util->GetRegionCodeForNumber(number, &owner);
  out->valid = util->IsValidNumber(number);
  out->line = out->valid ? LineOf(util->GetNumberType(number)) : LINE_UNKNOWN;
  Copy(e164, out->e164, sizeof out->e164);
  Copy(owner == "ZZ" ? std::string() : owner, out->region, sizeof out->region);
  return out->e164[0] != '\0';
}

}  // namespace

extern "C" bool phone_parse(const char *text, size_t len, const char *region, phone_number *out) {
  *out = phone_number{};
  try {
    return Parse(std::string(text, len), region, out);
  } catch (...) { /* out of memory: the number stays unread */
    return false;
  }
}
