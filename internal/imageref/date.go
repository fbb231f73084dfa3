package imageref

import "time"

// dateLayouts are the forms of a day in a tag, the longer first.
var dateLayouts = []string{
	"20060102150405", "200601021504", "2006010215", "20060102",
	"2006-01-02", "2006.01.02", "2006_01_02", "2006-01", "2006_01",
}

// dayAt answers the length of the day that s begins with, 0 where it begins
// with none. A day is between 2000 and 2099 and ends where the digits do.
func dayAt(s string) int {
	if len(s) < len("2006-01") || s[0] != '2' || s[1] != '0' {
		return 0
	}
	for _, layout := range dateLayouts {
		if isDay(s, layout) {
			return len(layout)
		}
	}
	return 0
}

func isDay(s, layout string) bool {
	n := len(layout)
	if len(s) < n || !sameShape(s[:n], layout) || len(s) > n && isDigit(s[n]) {
		return false
	}
	if n == len("2006-01") && !endsMonth(s[n:]) {
		return false
	}
	_, err := time.Parse(layout, s[:n])
	return err == nil
}

// sameShape tells whether digits and separators stand where layout has them.
func sameShape(s, layout string) bool {
	for i := 0; i < len(layout); i++ {
		if isDigit(layout[i]) != isDigit(s[i]) || !isDigit(layout[i]) && s[i] != layout[i] {
			return false
		}
	}
	return true
}

// endsMonth tells whether no day follows a year and a month.
func endsMonth(rest string) bool {
	return rest == "" || len(rest) > 1 && isSeparator(rest[0]) && rest[0] != '.' && !isDigit(rest[1])
}

// timeAt answers the length of the clock time or running number that follows
// a day: T07, 53, 03z, .1, 123456.
func timeAt(s string) int {
	i := 0
	if i < len(s) && (s[i] == 't' || s[i] == '.') {
		i++
	}
	n := digitsAt(s[i:])
	if n == 0 {
		return 0
	}
	if i += n; i < len(s) && s[i] == 'z' {
		i++
	}
	return i
}
