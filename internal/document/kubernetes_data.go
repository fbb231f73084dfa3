package document

import (
	"encoding/base64"
	"strings"
)

// data reads the keys of a Secret, and keys and values of a ConfigMap.
func (r *reader) data(root place, typ objectType) {
	k := r.doc.Kubernetes
	switch {
	case typ.group != "":
		return
	case typ.kind == "Secret":
		encoded, plain := r.entries(root.get("data")), r.entries(root.get("stringData"))
		k.ServiceToken = root.node.Get("type").Scalar() == "kubernetes.io/service-account-token"
		k.Encrypted = encrypted(encoded) && encrypted(plain) && len(encoded)+len(plain) > 0
		k.Data = append(r.load.held(encoded, decoded), r.load.held(plain, strings.Clone)...)
	case typ.kind == "ConfigMap":
		k.Data = r.entries(root.get("data"))
		k.Encrypted = encrypted(k.Data) && len(k.Data) > 0
		r.configSecrets(root.get("data"))
	}
}

// encrypted tells whether SOPS has encrypted every value.
func encrypted(entries []Entry) bool {
	for _, e := range entries {
		if !strings.HasPrefix(e.Value, "ENC[") {
			return false
		}
	}
	return true
}

// held are the entries of a Secret that hold something, without their values:
// an empty value, one that another tool fills in, and one that is among the
// file's secrets anyway are left out. Beside keys that are named like secrets
// the others say nothing more.
func (l *loader) held(entries []Entry, plain func(string) string) []Entry {
	kept := []Entry{}
	for _, e := range entries {
		if l.full() {
			break
		}
		text := strings.TrimSpace(plain(e.Value))
		if text == "" || filledIn(text) || l.holdsNothing(e.Key, text) {
			continue
		}
		kept = append(kept, Entry{Key: e.Key, Path: e.Path})
	}
	return telling(kept)
}

// telling are the entries whose keys are names of secrets, or all where none
// is.
func telling(entries []Entry) []Entry {
	named := []Entry{}
	for _, e := range entries {
		if natureOf(e.Key) != noSecret {
			named = append(named, e)
		}
	}
	if len(named) == 0 {
		return entries
	}
	return named
}

// filledIn tells whether another tool puts the secret into a value: it holds
// ${NAME} or {{ name }}, or is nothing but $NAME or a mark in angle brackets
// such as <path:secret/data/shop#password>.
func filledIn(text string) bool {
	if strings.Contains(text, "${") || strings.Contains(text, "{{") {
		return true
	}
	if strings.ContainsAny(text, " \n") {
		return false
	}
	return strings.HasPrefix(text, "$") && holdsVariable(text) || strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">")
}

// decoded is the text behind base64, or the value itself where it is none.
func decoded(value string) string {
	text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	if err != nil {
		return value
	}
	return string(text)
}
