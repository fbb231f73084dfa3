package report

import (
	"fmt"
	"reflect"
	"strings"

	"guard/internal/finding"
)

// payloads are texts that break out of some output where that is written
// without care.
var payloads = []string{
	"x\n::error::pwn", "\r::add-mask::x", "%0A::add-mask::x", "::stop-commands::x", " ::set-output name=a::b", "a##[add-mask]b", "a##vso[task.setvariable variable=x]y", "##teamcity[buildStop]", "###[group]x",
	"\x1b[31mred\x1b[0m", "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "\x1b]52;c;ZXZpbA==\x07", "\u009b31m", "a\x00b", "a\u202eb\u2066c\u2069", "a\u200bb\u2028c\ufeff", "\xff\xfe\x80",
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, "]]><x/>", "<!--", "-->", "</style><script>", "&lt;&#x3c;", "javascript:alert(1)", "[x](javascript:alert(1))", "![x](https://evil.example/p.png)",
	"a | b |\n| c", "`code` ``` ~~~", "@everyone @team/web #1 !2 https://evil.example www.evil.example", "{{.Secret}} ${{ secrets.X }} %s%n", "../../etc/passwd", "C:\\x\\y", "a:b,c=d;e", "*b* _i_ # h\n# h\n- l\n> q\n===",
}

// everyPayload is all payloads in one text, short enough not to be cut.
var everyPayload = strings.Join(payloads, " ")

// hostileReport carries every payload in every string.
func hostileReport() *finding.Report { return poisoned(everyPayload) }

// poisoned is a report in which every string is text, found by reflection, so
// that a field added tomorrow is poisoned too.
func poisoned(text string) *finding.Report {
	r := &finding.Report{}
	poison(reflect.ValueOf(r).Elem(), text)
	r.Summarize()
	return r
}

func poison(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Struct:
		for i := range v.NumField() {
			poison(v.Field(i), text)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		poison(v.Elem(), text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		poison(v.Index(0), text)
		poison(v.Index(1), text)
		if v.Type().Elem() == reflect.TypeFor[finding.Finding]() {
			v.Index(1).FieldByName("Waived").SetZero()
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		poison(key, text)
		poison(value, text)
		v.SetMapIndex(key, value)
	case reflect.Interface:
		v.Set(reflect.ValueOf(text))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		poisonInt(v)
	default:
		panic(fmt.Sprintf("poison: a report holds a %s, which this test does not know", v.Type()))
	}
}

func poisonInt(v reflect.Value) {
	switch v.Type() {
	case reflect.TypeFor[finding.Severity]():
		v.Set(reflect.ValueOf(finding.Critical))
	case reflect.TypeFor[finding.Action]():
		v.Set(reflect.ValueOf(finding.Deny))
	default:
		v.SetInt(1)
	}
}
