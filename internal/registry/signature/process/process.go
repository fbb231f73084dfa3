package process

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
)

// Request is what is to be verified.
type Request struct {
	Image  signature.Image  `json:"image"`
	Policy signature.Policy `json:"policy"`
	Sets   []attached.Set   `json:"sets"`
}

// response is a result, or why there is none.
type response struct {
	Result *signature.Result `json:"result,omitempty"`
	Error  string            `json:"error,omitempty"`
}

const (
	maxBytes   = 256 << 20 // of a request or response: what may hang on an image and its index, in base64
	maxMessage = 4 << 10   // of what the program says on its standard error
)

// Beside gives the path of guard-verifier in the directory of the program that
// runs. It is looked for nowhere else: what stands on a search path or in a
// repository may be anybody's.
func Beside() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find guard-verifier: %w", err)
	}
	if self, err = filepath.EvalSymlinks(self); err != nil {
		return "", fmt.Errorf("find guard-verifier: %w", err)
	}
	name := "guard-verifier"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	program := filepath.Join(filepath.Dir(self), name)
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("find guard-verifier beside guard, where it is installed with it: %w", err)
	}
	return program, nil
}

// Ask has a program verify. It is killed when ctx ends; any failure of it is an
// error, never a result.
func Ask(ctx context.Context, program string, request Request) (signature.Result, error) {
	data, err := json.Marshal(request)
	if err != nil {
		return signature.Result{}, fmt.Errorf("ask %s: %w", program, err)
	}
	out, said := &bounded{limit: maxBytes}, &bounded{limit: maxMessage, cut: true}
	cmd := exec.CommandContext(ctx, program)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = bytes.NewReader(data), out, said, []string{}
	if err := cmd.Run(); err != nil {
		return signature.Result{}, fmt.Errorf("ask %s: %w: %s", program, errors.Join(ctx.Err(), err), said.kept.String())
	}
	var answer response
	decoder := json.NewDecoder(&out.kept)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&answer); err != nil {
		return signature.Result{}, fmt.Errorf("read the answer of %s: %w", program, err)
	}
	return answer.result(request.Image)
}

// result refuses an answer that is none, or about something else.
func (r response) result(image signature.Image) (signature.Result, error) {
	switch {
	case r.Error != "":
		return signature.Result{}, errors.New(r.Error)
	case r.Result == nil || r.Result.Image != image || r.Result.Status == "":
		return signature.Result{}, errors.New("guard-verifier has not answered what it was asked")
	}
	return *r.Result, nil
}

// Answer reads one request, has it verified, and writes what came of it.
func Answer(in io.Reader, out io.Writer, verify func(Request) (signature.Result, error)) error {
	var request Request
	decoder := json.NewDecoder(io.LimitReader(in, maxBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil {
		return fmt.Errorf("read request: %w", err)
	}
	var answer response
	if result, err := verify(request); err != nil {
		answer.Error = err.Error()
	} else {
		answer.Result = &result
	}
	return json.NewEncoder(out).Encode(answer)
}
