// Package statement reads and writes what is signed: DSSE envelopes, in-toto
// statements, and the two predicates that guard itself signs, a verification
// summary and an approval. It checks no signature.
package statement
