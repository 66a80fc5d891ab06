#include "contact/phone_parse.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr size_t kLongestNumber = 15;  // ITU-T E.164, with the calling code
constexpr size_t kLongestCallingCode = 3;

phone_line_type LineOf(PhoneNumberUtil::PhoneNumberType type) {
  switch (type) {
    case PhoneNumberUtil::FIXED_LINE: return LINE_FIXED;
    case PhoneNumberUtil::MOBILE: return LINE_MOBILE;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE: return LINE_FIXED_OR_MOBILE;
    case PhoneNumberUtil::TOLL_FREE: return LINE_TOLL_FREE;
    case PhoneNumberUtil::PAGER: return LINE_PAGER;
    case PhoneNumberUtil::UNKNOWN: return LINE_UNKNOWN;
    default: return LINE_OTHER;
  }
}

void Copy(const std::string &from, char *to, size_t size) {
  size_t len = from.size() < size ? from.size() : 0;
  std::memcpy(to, from.data(), len);
  to[len] = '\0';
}

// A number is valid when it has a type: IsValidNumber() asks the same again.
bool Describe(const PhoneNumber &number, phone_number *out) {
  const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
  std::string e164, owner;
  PhoneNumberUtil::PhoneNumberType type = util->GetNumberType(number);
  util->Format(number, PhoneNumberUtil::E164, &e164);
  util->GetRegionCodeForCountryCode(number.country_code(), &owner);
  out->valid = type != PhoneNumberUtil::UNKNOWN;
  out->line = LineOf(type);
  Copy(e164, out->e164, sizeof out->e164);
  Copy(owner.size() == 2 && owner != "ZZ" ? owner : std::string(), out->region, sizeof out->region);
  return out->e164[0] != '\0';
}

bool Build(int calling_code, const std::string &national, PhoneNumber *number) {
  size_t zeros = national.find_first_not_of('0');
  if (zeros == std::string::npos || national.size() > kLongestNumber) return false;
  number->set_country_code(calling_code);
  number->set_national_number(std::stoull(national));
  if (zeros > 0) {  // significant in Italy and a few others
    number->set_italian_leading_zero(true);
    number->set_number_of_leading_zeros(static_cast<int>(zeros));
  }
  return true;
}

// Calling codes are prefix free, so the first that is known is the one.
bool BuildInternational(const std::string &digits, PhoneNumber *number) {
  int code = 0;
  std::string owner;
  for (size_t i = 0; i < kLongestCallingCode && i + 1 < digits.size(); i++) {
    code = code * 10 + (digits[i] - '0');
    PhoneNumberUtil::GetInstance()->GetRegionCodeForCountryCode(code, &owner);
    if (owner != "ZZ") return Build(code, digits.substr(i + 1), number);
  }
  return false;
}

bool BuildNational(const std::string &digits, const std::string &region, PhoneNumber *number) {
  const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
  int code = util->GetCountryCodeForRegion(region);
  if (code == 0) return false;
  std::string trunk;
  util->GetNddPrefixForRegion(region, true, &trunk);
  bool dialled = !trunk.empty() && digits.compare(0, trunk.size(), trunk) == 0;
  return Build(code, dialled ? digits.substr(trunk.size()) : digits, number);
}

bool IsValid(const PhoneNumber &number, phone_number *out) {
  return Describe(number, out) && out->valid;
}

bool Lookup(const std::string &text, const std::string &region, phone_number *out) {
  PhoneNumber number;
  if (text[0] == '+') return BuildInternational(text.substr(1), &number) && IsValid(number, out);
  if (!BuildNational(text, region, &number)) return false;
  if (IsValid(number, out)) return true;
  // "(65) 6862 6735" and "91-431-250 4365" are international without the plus.
  std::string code = std::to_string(number.country_code());
  PhoneNumber whole;
  return text.compare(0, code.size(), code) == 0 &&
         Build(number.country_code(), text.substr(code.size()), &whole) && IsValid(whole, out);
}

bool Parse(const std::string &text, const std::string &region, phone_number *out) {
  const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  if (util->Parse(text, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return false;
  if (!util->IsPossibleNumber(number)) return false;
  number.clear_extension();
  return Describe(number, out);
}

bool IsAllDigits(const char *digits, size_t len) {
  size_t start = len > 0 && digits[0] == '+';
  for (size_t i = start; i < len; i++)
    if (digits[i] < '0' || digits[i] > '9') return false;
  return len > start + 4;
}

}  // namespace

extern "C" bool phone_lookup(const char *digits, size_t len, const char *region,
                             phone_number *out) {
  *out = phone_number{};
  if (!IsAllDigits(digits, len)) return false;
  try {
    return Lookup(std::string(digits, len), region, out);
  } catch (...) { /* out of memory: the number stays unread */
    return false;
  }
}

extern "C" bool phone_parse(const char *text, size_t len, const char *region, phone_number *out) {
  *out = phone_number{};
  try {
    return Parse(std::string(text, len), region, out);
  } catch (...) {
    return false;
  }
}
