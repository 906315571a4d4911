import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** Lambda expressions and method references of every kind; prints what each gives. */
public class Kinds {
  interface Greeter {
    String greet(String name);

    default Greeter twice() {
      return name -> both(greet(name));
    }

    private String both(String one) {
      Supplier<String> joined = () -> twoOf(one);
      return joined.get();
    }

    private static String twoOf(String one) {
      return one + one;
    }
  }

  interface Wide {
    double of(byte b, char c, short s, int i, long l, float f, boolean z, Object o);
  }

  enum Operation {
    PLUS(Integer::sum),
    TIMES((a, b) -> a * b);

    private final BinaryOperator<Integer> operator;

    Operation(BinaryOperator<Integer> operator) {
      this.operator = operator;
    }
  }

  record Named(String name) {
    Function<String, Named> renamed() {
      return other -> new Named(name + other);
    }
  }

  private static class Base {
    protected String hello(String name) {
      return "hello " + name;
    }
  }

  private static final class Derived extends Base {
    @Override
    protected String hello(String name) {
      Function<String, String> original = super::hello;
      return original.apply(name) + "!";
    }
  }

  private final class Inner {
    private final int own = 7;

    Supplier<Integer> sum() {
      return () -> own + secret + hidden();
    }
  }

  private static final Supplier<String> AT_START = () -> "at start";
  private final int secret = 35;
  private int sent;

  private int hidden() {
    return 100;
  }

  private long count() {
    return ++sent;
  }

  private static <T extends Comparable<T>> Comparator<T> natural() {
    return (a, b) -> a.compareTo(b);
  }

  private static String all(String... words) {
    return String.join("+", words);
  }

  private static void tell(String what, Object value) {
    System.out.println(what + ": " + value);
  }

  private void captures() {
    byte b = 1;
    char c = 2;
    short s = 3;
    int i = 4;
    long l = 5;
    float f = 6;
    double d = 7;
    boolean z = true;
    String t = "t";
    int[] array = {8};
    Supplier<String> everything =
        () -> "" + b + (int) c + s + i + l + f + d + z + t + array[0] + secret + this.hidden();
    tell("captured", everything.get());
    Wide wide = (b1, c1, s1, i1, l1, f1, z1, o1) -> b1 + c1 + s1 + i1 + l1 + f1 + (z1 ? d : 0);
    tell("wide", wide.of(b, c, s, i, l, f, z, t));
    UnaryOperator<Integer> nested =
        x -> {
          Function<Integer, Integer> inner = y -> x * y + i;
          return inner.apply(secret);
        };
    tell("nested", nested.apply(3));
  }

  private void references() throws Exception {
    Function<String, Integer> boxes = Integer::parseInt;
    ToIntFunction<Integer> unboxes = Integer::intValue;
    IntFunction<Integer> boxesArgument = Integer::valueOf;
    BiFunction<String, Integer, Character> unbound = String::charAt;
    Function<String, StringBuilder> makes = StringBuilder::new;
    IntFunction<int[]> makesArrays = int[]::new;
    Supplier<List<String>> makesLists = ArrayList::new;
    Predicate<String> bound = "abc"::contains;
    BiFunction<String, String, String> variable = Kinds::all;
    Function<List<String>, Integer> ofAnInterface = List::size;
    LongSupplier returnsLong = this::count;
    Runnable dropsLong = this::count;
    Runnable dropsReference = AT_START::get;
    Callable<Long> boxesLong = this::count;
    ToLongFunction<Integer> widens = Integer::intValue;
    IntPredicate primitive = Character::isDigit;
    dropsLong.run();
    dropsReference.run();
    tell("boxed", boxes.apply("12"));
    tell("unboxed", unboxes.applyAsInt(13));
    tell("argument", boxesArgument.apply(14));
    tell("unbound", unbound.apply("xyz", 1));
    tell("made", makes.apply("text").append('.'));
    tell("array", makesArrays.apply(3).length);
    tell("list", makesLists.get());
    tell("bound", bound.test("b"));
    tell("variable", variable.apply("a", "b"));
    tell("interface", ofAnInterface.apply(List.of("a", "b")));
    tell("long", returnsLong.getAsLong());
    tell("boxed long", boxesLong.call());
    tell("widened", widens.applyAsLong(15));
    tell("primitive", primitive.test('5'));
  }

  @SuppressWarnings("unchecked")
  private static void forTheJvm() {
    Supplier<String> serializable = (Supplier<String> & Serializable) () -> "serializable";
    tell("serializable", serializable.get());
  }

  private static void failures() {
    try {
      Function<Object, String> cast =
          (Function<Object, String>) (Function<?, ?>) (Function<String, String>) String::trim;
      tell("cast", cast.apply(5));
    } catch (ClassCastException e) {
      tell("cast", "refused");
    }
    try {
      String nobody = null;
      Supplier<Integer> bound = nobody::length;
      tell("null", bound.get());
    } catch (NullPointerException e) {
      tell("null", "refused");
    }
  }

  public static void main(String[] arguments) throws Exception {
    tell("static", AT_START.get());
    new Kinds().captures();
    new Kinds().references();
    Greeter greeter = name -> name.toUpperCase(Locale.ROOT);
    tell("default", greeter.twice().greet("x"));
    for (Operation operation : Operation.values()) {
      tell("enum", operation.operator.apply(3, 4));
    }
    tell("record", new Named("a").renamed().apply("b"));
    tell("super", new Derived().hello("you"));
    tell("inner", new Kinds().new Inner().sum().get());
    tell("sorted", List.of("b", "a").stream().sorted(natural()).map(s -> s + s).toList());
    forTheJvm();
    failures();
  }
}
