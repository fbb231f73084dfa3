package admission

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/sync/semaphore"

	"guard/admission/trace"
)

// The limits of a request.
const (
	// MaxBody is the most bytes of a review. An API server takes objects of 3
	// MiB, and sends the old one along.
	MaxBody = 7 << 20

	// spare is how long before the API server's own timeout the answer stands:
	// a denial with a reason is worth more than a timeout.
	spare = 500 * time.Millisecond

	// DefaultTimeout is how long a review may take where the API server does
	// not say.
	DefaultTimeout = 5 * time.Second
)

// Server answers reviews over HTTP. Its zero fields but Handler have defaults.
type Server struct {
	Handler func() *Handler // the one that counts now; nil: policies are not ready, and all is denied
	Timeout time.Duration   // the most a review may take; 0: DefaultTimeout
	Watch   Watch           // is told of everything that is decided; nil: nobody
	Traces  *trace.Tracer   // nil: no spans are made

	room  *semaphore.Weighted // for bytes of reviews that are being worked on
	aside *aside              // for those that wait for registries
}

// Watch is told what a server does. Its methods are called by many goroutines.
type Watch interface {
	// Decided is called once for each review that was answered.
	Decided(Request, Response, time.Duration)
	// Refused is called for each call that is no review.
	Refused(code int, why string)
	// Panicked is called for each panic, with its stack.
	Panicked(value any, stack []byte)
}

// NewServer returns a server for the handler that counts when a review comes.
func NewServer(handler func() *Handler, watch Watch) *Server {
	return &Server{Handler: handler, Watch: watch, Timeout: DefaultTimeout, room: semaphore.NewWeighted(roomBytes()), aside: newAside(roomBytes())}
}

// roomBytes is how many bytes of reviews are worked on at the same time. What
// is made of a review takes some twenty times of its size.
func roomBytes() int64 { return int64(max(MaxBody, runtime.GOMAXPROCS(0)<<20)) }

// ServeHTTP answers POST /validate.
func (s *Server) ServeHTTP(w http.ResponseWriter, call *http.Request) {
	start := time.Now()
	ctx, span := s.Traces.Call(call.Context(), "review", call.Header.Get("Traceparent"))
	defer span.End(nil)
	ctx, cancel := context.WithTimeout(ctx, s.timeout(call))
	defer cancel()
	body, code, err := s.read(w, call)
	if err != nil {
		s.refuse(w, code, err)
		return
	}
	seat, err := s.takeSeat(ctx, min(int64(len(body)), roomBytes()))
	if err != nil {
		s.refuse(w, http.StatusServiceUnavailable, errors.New("guard has no room for the review in time"))
		return
	}
	defer func() { seat.leave() }()
	request, err := ReadRequest(body)
	switch {
	case err != nil && request.UID == "":
		s.refuse(w, http.StatusBadRequest, err)
		return
	case err != nil:
		s.answer(w, request, Response{UID: request.UID, Code: http.StatusBadRequest, Reason: "BadRequest", Message: "guard cannot read the review: " + err.Error()}, start, span)
		return
	}
	s.answer(w, request, s.Review(context.WithValue(ctx, seatKey{}, seat), request), start, span)
}

// Review answers a request; a panic denies that request alone.
func (s *Server) Review(ctx context.Context, r Request) (response Response) {
	defer func() {
		if value := recover(); value != nil {
			if s.Watch != nil {
				s.Watch.Panicked(value, debug.Stack())
			}
			response = undecided(r.UID, "an error inside of guard; its log says more")
		}
	}()
	handler := s.Handler()
	if handler == nil {
		return undecided(r.UID, "its policies are not loaded yet")
	}
	if limit := handler.Admission.Timeout; limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, before(limit))
		defer cancel()
	}
	return handler.Review(ctx, r)
}

// before is less than a limit: an answer must be there when the limit is over.
func before(limit time.Duration) time.Duration { return max(limit-spare, limit/2) }

// timeout is how long the review of a call may take: less than the API server
// waits, who says how long in the query.
func (s *Server) timeout(call *http.Request) time.Duration {
	limit := s.Timeout
	if limit <= 0 {
		limit = DefaultTimeout
	}
	if given, err := time.ParseDuration(call.URL.Query().Get("timeout")); err == nil && given > 0 {
		limit = min(limit, given)
	}
	return before(limit)
}

// read reads the body of a call that is a review.
func (s *Server) read(w http.ResponseWriter, call *http.Request) (body []byte, code int, err error) {
	if call.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return nil, http.StatusMethodNotAllowed, fmt.Errorf("expected POST, got %s", short(call.Method))
	}
	if media, _, err := mime.ParseMediaType(call.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return nil, http.StatusUnsupportedMediaType, fmt.Errorf("expected application/json, got %q", short(call.Header.Get("Content-Type")))
	}
	body, err = io.ReadAll(http.MaxBytesReader(w, call.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, http.StatusRequestEntityTooLarge, fmt.Errorf("the review is larger than %d MiB", MaxBody>>20)
	case err != nil:
		return nil, http.StatusBadRequest, errors.New("the body could not be read")
	case len(body) == 0:
		return nil, http.StatusBadRequest, errors.New("the body is empty")
	}
	return body, 0, nil
}

// refuse answers what is no review. For the API server that is a failure of
// the webhook, which its failurePolicy turns into a denial.
func (s *Server) refuse(w http.ResponseWriter, code int, why error) {
	if s.Watch != nil {
		s.Watch.Refused(code, why.Error())
	}
	http.Error(w, "guard: "+why.Error(), code)
}

func (s *Server) answer(w http.ResponseWriter, request Request, response Response, start time.Time, span trace.Span) {
	span.Set("guard.uid", request.UID)
	span.Set("guard.operation", string(request.Operation))
	span.Set("guard.resource", resourceName(&request))
	span.Set("k8s.namespace.name", request.Namespace)
	span.Set("guard.decision", response.Audit["decision"])
	if s.Watch != nil {
		s.Watch.Decided(request, response, time.Since(start))
	}
	w.Header().Set("Content-Type", "application/json")
	// Whoever has gone away by now cannot be told.
	_ = json.NewEncoder(w).Encode(response)
}
