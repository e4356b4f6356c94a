package org.fairlock.agent;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Goes through a recorded story: every input must give its output. The file is that of story.c. */
final class Story {
    private Story() {}

    public static void main(String[] args) throws IOException {
        require(Native.version() == 1, "version 1");
        int calls = 0;
        byte[] last = null;
        byte[] answer = null;
        try (DataInputStream file =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(Path.of(args[0]))))) {
            while (file.available() > 0) {
                byte[] input = file.readNBytes(file.readInt());
                byte[] expected = file.readNBytes(file.readInt());
                byte[] output = Native.step(input);
                require(Arrays.equals(output, expected), "the output of call " + calls);
                last = input;
                answer = output;
                calls++;
            }
        }
        together(last, answer);
        require(Native.step(null) == null, "null for null");
        byte[] tooLong = Native.step(new byte[40_000]);
        require(Arrays.equals(tooLong, Native.step(new byte[32_769])), "too long is too long");
        require(Native.step(new byte[0]).length > 0, "an answer to nothing");
        System.out.println(calls + " calls");
    }

    /** Callers at the same time: each gets its answer or null, and none another's. */
    private static void together(byte[] input, byte[] answer) throws IOException {
        AtomicInteger served = new AtomicInteger();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread[] callers = new Thread[4];
        for (int i = 0; i < callers.length; i++) {
            callers[i] = new Thread(() -> {
                for (int n = 0; n < 50; n++) {
                    byte[] output = Native.step(input);
                    if (output != null) {
                        require(Arrays.equals(output, answer), "one's own output");
                        served.incrementAndGet();
                    }
                }
            });
            callers[i].setUncaughtExceptionHandler((thread, thrown) -> failed.set(thrown));
            callers[i].start();
        }
        for (Thread caller : callers) {
            try {
                caller.join();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
        }
        require(failed.get() == null && served.get() > 0, "answers without a failure");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("expected " + what);
        }
    }
}
