package tree

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// maxNumberText bounds how many characters a number may have to be given as
// one; a longer one stays text.
const maxNumberText = 512

// maxExponentDigits keeps the size of a number's exact value in bounds.
const maxExponentDigits = 3

// Int returns the value of a whole number, in any form that the readers of
// YAML 1.1 or 1.2 take: 10, +10, 1_000, 0x1F, 0b11, 0o17, and 017, which is
// octal. A float without a fraction (1e3, 8.0) counts, since it is the same
// number once it went through JSON.
func (n *Node) Int() (value int64, ok bool) {
	if n == nil || n.Kind != Number || len(n.Text) > maxNumberText {
		return 0, false
	}
	if whole, ok := wholeNumber(n.Text); ok {
		if !whole.IsInt64() {
			return 0, false
		}
		return whole.Int64(), true
	}
	number, ok := floatNumber(n.Text)
	if !ok {
		return 0, false
	}
	float, err := strconv.ParseFloat(number, 64)
	if err != nil || float != math.Trunc(float) || math.Abs(float) >= 1<<63 {
		return 0, false
	}
	return int64(float), true
}

// JSONNumber returns the number in the form that JSON wants, digit for digit
// where that is possible: 1.10 stays 1.10, 0x1F becomes 31. Ok is false for
// what is no number, for .inf and .nan, and for what does not fit into a
// float64.
func (n *Node) JSONNumber() (number string, ok bool) {
	if n == nil || n.Kind != Number || len(n.Text) > maxNumberText {
		return "", false
	}
	if shortDecimal(n.Text) {
		return n.Text, true
	}
	if whole, ok := wholeNumber(n.Text); ok {
		return whole.String(), true
	}
	return floatNumber(n.Text)
}

// shortDecimal tells whether text is a small whole number as JSON writes it.
func shortDecimal(text string) bool {
	if len(text) == 0 || len(text) > 15 || text[0] == '0' && len(text) > 1 {
		return false
	}
	for i := 0; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// wholeNumber reads the integer forms. A base prefix and a leading zero mean
// what they mean in Go, whose notation has the same forms.
func wholeNumber(text string) (*big.Int, bool) {
	text = strings.ReplaceAll(text, "_", "")
	digits := strings.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 || digits == "" {
		return nil, false
	}
	return new(big.Int).SetString(text, 0)
}

// floatNumber rewrites a decimal number, with or without fraction and
// exponent, as JSON wants it.
func floatNumber(text string) (string, bool) {
	text = strings.ReplaceAll(text, "_", "")
	sign, text := cutSign(text)
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || !allDigits(whole+fraction) {
		return "", false
	}
	out := sign + orZero(strings.TrimLeft(whole, "0"))
	if fraction != "" {
		out += "." + fraction
	}
	if hasExponent {
		exponentSign, digits := cutSign(exponent)
		if digits == "" || !allDigits(digits) {
			return "", false
		}
		digits = orZero(strings.TrimLeft(digits, "0"))
		if len(digits) > maxExponentDigits {
			return "", false
		}
		out += "e" + exponentSign + digits
	}
	_, err := strconv.ParseFloat(out, 64)
	return out, err == nil
}

// cutSign takes the sign off; a plus is dropped.
func cutSign(text string) (sign, rest string) {
	if strings.HasPrefix(text, "-") {
		return "-", text[1:]
	}
	return "", strings.TrimPrefix(text, "+")
}

func orZero(digits string) string {
	if digits == "" {
		return "0"
	}
	return digits
}

func allDigits(text string) bool {
	return strings.Trim(text, "0123456789") == ""
}
