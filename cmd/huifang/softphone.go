package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"huifang/internal/config"
	"huifang/internal/headless"
)

type softphoneCommand struct {
	Server       string        `default:"http://127.0.0.1:8080" help:"Address of the server."`
	User         string        `help:"Login."`
	PasswordFile string        `type:"existingfile" help:"File whose first line is the password."`
	Agents       string        `type:"existingfile" help:"File with many agents, 'login password' a line: each works a task, side by side."`
	Task         string        `default:"next" help:"Id of a task, or next."`
	Say          string        `type:"existingfile" help:"WAV to say when the customer is connected; of two channels the first."`
	Loop         bool          `help:"Say it again and again."`
	Hear         string        `help:"WAV file to write what is heard to."`
	HangupAfter  time.Duration `help:"Hang up so long after the customer is connected; without it the customer does."`
	Disposition  string        `help:"Disposition of the record; default other, or no_contact."`
	LeaveRecord  bool          `help:"Do not write the record."`
	Timeout      time.Duration `default:"10m" help:"Longest time of all."`
}

// Run prints one line of JSON for each call. The status is 0 when every call
// was made, 2 when one was refused, 1 when something failed.
func (c *softphoneCommand) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	accounts, err := c.accounts()
	if err != nil {
		return err
	}
	var (
		mu     sync.Mutex
		wait   sync.WaitGroup
		status int
	)
	for login, password := range accounts {
		wait.Go(func() {
			result, err := headless.Call(ctx, headless.Options{Server: c.Server, User: login, Password: password, Task: c.Task, Say: c.Say, Loop: c.Loop,
				Hear: c.Hear, HangupAfter: c.HangupAfter, Disposition: c.Disposition, LeaveRecord: c.LeaveRecord})
			mu.Lock()
			defer mu.Unlock()
			b, marshalErr := json.Marshal(result)
			fmt.Println(string(b))
			if err = errors.Join(err, marshalErr); err != nil {
				fmt.Fprintf(os.Stderr, "huifang: %s: %v\n", login, err)
				status = 1
			} else if result.Refused != nil && status == 0 {
				status = 2
			}
		})
	}
	wait.Wait()
	if status != 0 {
		return &exitError{status}
	}
	return nil
}

func (c *softphoneCommand) accounts() (map[string]string, error) {
	if c.Agents == "" {
		if c.User == "" || c.PasswordFile == "" {
			return nil, errors.New("name --user and --password-file, or --agents")
		}
		word, err := config.ReadSecret(c.PasswordFile)
		return map[string]string{c.User: word}, err
	}
	f, err := os.Open(c.Agents)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if login, word, ok := strings.Cut(strings.TrimSpace(lines.Text()), " "); ok {
			out[login] = strings.TrimSpace(word)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s holds no line 'login password'", c.Agents)
	}
	return out, nil
}
