package clustertest_test

import (
	"os"
	"path/filepath"
	"testing"

	"guard/admission/clustertest"
)

func TestReadReview_ReadsEveryKeptReview(t *testing.T) {
	files, err := filepath.Glob("../testdata/reviews/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no reviews: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		review, err := clustertest.ReadReview(text)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if review.UID == "" || review.Operation == "" || review.Resource == "" || review.User == "" || len(review.Groups) == 0 {
			t.Errorf("%s: read as %+v", file, review)
		}
	}
}

func TestReadReview_TakesNothingElse(t *testing.T) {
	for name, body := range map[string]string{
		"no JSON":         `apiVersion: admission.k8s.io/v1`,
		"another version": `{"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview", "request": {}}`,
		"another kind":    `{"apiVersion": "admission.k8s.io/v1", "kind": "Pod", "request": {}}`,
		"no request":      `{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}`,
	} {
		if review, err := clustertest.ReadReview([]byte(body)); err == nil {
			t.Errorf("%s: read as %+v", name, review)
		}
	}
}
