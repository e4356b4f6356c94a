package org.fairlock.agent;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Goes through a recorded story: every input must give its output. The file is that of story.c. */
final class Story {
    private Story() {}

    public static void main(String[] args) throws IOException {
        require(Native.version() == 1, "version 1");
        int calls = 0;
        try (DataInputStream file =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(Path.of(args[0]))))) {
            while (file.available() > 0) {
                byte[] input = file.readNBytes(file.readInt());
                byte[] expected = file.readNBytes(file.readInt());
                byte[] output = Native.step(input);
                require(Arrays.equals(output, expected), "the output of call " + calls);
                calls++;
            }
        }
        require(Native.step(null) == null, "null for null");
        byte[] tooLong = Native.step(new byte[40_000]);
        require(Arrays.equals(tooLong, Native.step(new byte[32_769])), "too long is too long");
        require(Native.step(new byte[0]).length > 0, "an answer to nothing");
        System.out.println(calls + " calls");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("expected " + what);
        }
    }
}
