package report

import (
	"regexp"
	"strings"
	"sync"
)

// escapeMarkdown writes clean text so that it means nothing in Markdown: not
// HTML, not a link, not a table's edge, and nobody is called by it.
func escapeMarkdown(s string) string {
	s = reference().ReplaceAllString(s, "$1$2"+gap+"$3")
	s = bareLink().ReplaceAllString(s, "$1"+gap+"$2")
	s = bareMail().ReplaceAllString(s, "$1@"+gap+"$2")
	return markdownEscaper.Replace(s)
}

// gap is a space without width, which clean text never holds.
const gap = "\u200b"

// markdownEscaper writes the characters that mean something in Markdown as
// entities: unlike a backslash they also work in tables and beside each other.
var markdownEscaper = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "`", "&#96;", "|", "&#124;", "*", "&#42;", "_", "&#95;", "~", "&#126;",
	"[", "&#91;", "]", "&#93;", `\`, "&#92;", "$", "&#36;", gap, "&#8203;",
)

// reference matches what GitHub and GitLab turn into a mention or a link: an
// @name, issue #1, merge request !1, ~label.
var reference = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(^|[^\pL\pN])([@#!~]+)([\pL\pN_])`)
})

// bareLink matches addresses that become links by themselves.
var bareLink = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(https?:|ftp:|mailto:|www)(//|\.|[a-z])`)
})

// bareMail matches addresses of mail, which become links, too.
var bareMail = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([\pL\pN._+-])@([\pL\pN_-]+\.)`)
})

// codeSpan writes clean text in the font of code. HTML is used, because a span
// in backticks breaks tables.
func codeSpan(s string) string { return "<code>" + escapeMarkdown(s) + "</code>" }

// markdownLink writes a link to an address that [webLink] let through.
func markdownLink(text, address string) string {
	return "[" + escapeMarkdown(text) + "](<" + strings.NewReplacer("<", "%3C", ">", "%3E", "|", "%7C", "`", "%60").Replace(address) + ">)"
}

// Markdown makes a text safe to stand in Markdown, in a cell of a table too.
func Markdown(text string) string { return escapeMarkdown(Clean(text)) }

// MarkdownLink is a link with a text that is safe to stand in Markdown. Where the
// address leads to no page of the web it is the text alone.
func MarkdownLink(text, address string) string {
	if link, ok := WebLink(address); ok {
		return markdownLink(Clean(text), link)
	}
	return Markdown(text)
}
