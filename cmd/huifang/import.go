package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"huifang/internal/config"
	"huifang/internal/observe"
	"huifang/internal/server"
)

// importCommand takes in what was recorded on another line (Rule T-07).
type importCommand struct {
	File     string `arg:"" type:"existingfile" help:"WAV of 16-bit PCM or G.711, one or two channels, 8000 to 48000 Hz."`
	Config   string `required:"" type:"existingfile" env:"HUIFANG_CONFIG" help:"Configuration file of the instance whose spool takes it."`
	Customer string `required:"" help:"Code of the customer."`
	Number   string `required:"" help:"Number of the customer that was called, or that called."`
	Program  string `required:"" help:"Code of the program."`
	Agent    string `required:"" help:"Login of the agent who spoke; they owe the record of the call."`
	Started  string `required:"" help:"When the call began, in RFC 3339: 2026-11-24T10:00:00+08:00."`
	Source   string `required:"" help:"Line and recorder that it was made on."`
	Reason   string `required:"" help:"Why it was not made on ours."`
	By       string `required:"" help:"Login of the head of records who takes it in."`
	Inbound  bool   `help:"The customer called."`
	Right    bool   `name:"agent-right" help:"The second channel is the agent's; otherwise the first. One channel is heard on both sides."`
}

func (c *importCommand) Run(ctx context.Context) error {
	started, err := time.Parse(time.RFC3339, c.Started)
	if err != nil {
		return fmt.Errorf("--started: %q is no time of RFC 3339, such as 2026-11-24T10:00:00+08:00", c.Started)
	}
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	log, err := observe.NewLogger(os.Stderr, "warn", "text")
	if err != nil {
		return err
	}
	db, err := server.OpenDatabase(ctx, cfg.Database, log)
	if err != nil {
		return err
	}
	defer db.Close()
	id, err := server.Import(ctx, cfg, db, server.Foreign{File: c.File, AgentRight: c.Right, Customer: c.Customer, Number: c.Number, Program: c.Program,
		Agent: c.Agent, By: c.By, Source: c.Source, Reason: c.Reason, StartedAt: started, Inbound: c.Inbound})
	if err != nil {
		return err
	}
	fmt.Printf("recording %s of instance %s: it goes to the storage as soon as that instance runs\n", id, cfg.Instance)
	return nil
}
