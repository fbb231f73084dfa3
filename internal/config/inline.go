package config

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Inline is a waiver in a file itself: a comment, on the line it is for or on
// the line above, or an annotation of a Kubernetes object.
//
//	image: shop:latest # guard:ignore image/tag-latest until=2027-01-31 -- mirror is not ready
type Inline struct {
	Rules   []string  // ids
	Until   time.Time // the last day on which it counts, midnight UTC
	Reason  string
	Line    int    // 1-based; of a comment
	Alone   bool   // nothing but the comment stands on its line, so it is for the next one too
	Text    string // as written, without the comment's marks
	Invalid string // why it excuses nothing; "" where it may
}

// inlineMark starts an inline waiver behind a comment's own mark.
var inlineMark = regexp.MustCompile(`(?:#|//|<!--|/\*|--)[ \t]*guard:ignore\b([^\r\n]*)`)

// Inlines finds the inline waivers in a text, in order.
func Inlines(text string) []Inline {
	if !strings.Contains(text, "guard:ignore") {
		return nil
	}
	var all []Inline
	for i, line := range strings.Split(text, "\n") {
		m := inlineMark.FindStringSubmatchIndex(line)
		if m == nil {
			continue
		}
		body := strings.TrimSpace(line[m[2]:m[3]])
		body = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(body, "-->"), "*/"))
		inline := parseInline(body)
		inline.Line, inline.Alone = i+1, strings.TrimSpace(line[:m[0]]) == ""
		all = append(all, inline)
	}
	return all
}

// Annotation reads the waivers in the value of an annotation, one a line.
func Annotation(text string) []Inline {
	var all []Inline
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, parseInline(line))
		}
	}
	return all
}

// parseInline reads "rule[,rule] until=YYYY-MM-DD -- reason".
func parseInline(text string) Inline {
	inline := Inline{Text: text}
	head, reason, _ := strings.Cut(" "+text+" ", " -- ")
	inline.Reason = strings.TrimSpace(reason)
	for _, word := range strings.FieldsFunc(head, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' }) {
		key, value, isOption := strings.Cut(word, "=")
		switch {
		case !isOption:
			inline.Rules = append(inline.Rules, word)
		case key == "until":
			inline.until(value)
		default:
			inline.refuse(fmt.Sprintf("unknown option %q, expected until=YYYY-MM-DD", key))
		}
	}
	inline.complete()
	return inline
}

func (i *Inline) until(value string) {
	day, err := time.Parse(dateLayout, value)
	if err != nil {
		i.refuse(fmt.Sprintf("until=%s is no date like 2027-01-31", value))
		return
	}
	i.Until = day
}

func (i *Inline) complete() {
	if len(i.Rules) == 0 {
		i.refuse("it names no rule")
	}
	for _, rule := range i.Rules {
		if !strings.Contains(rule, "/") || strings.Contains(rule, "*") {
			i.refuse(fmt.Sprintf("%q is no rule's id", rule))
		}
	}
	if i.Until.IsZero() {
		i.refuse("it has no end (until=YYYY-MM-DD)")
	}
	if i.Reason == "" {
		i.refuse("it gives no reason (-- reason)")
	}
}

// refuse keeps the first thing that is wrong.
func (i *Inline) refuse(why string) {
	if i.Invalid == "" {
		i.Invalid = why
	}
}

// Expired tells whether the waiver's last day is over.
func (i *Inline) Expired(now time.Time) bool { return !i.Until.IsZero() && over(i.Until, now) }
